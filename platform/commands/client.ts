import { Command } from 'commander';
import { withStoredAccess } from './stored-access.ts';
import { configOf, DATA_OPTION } from './settings.ts';

/** `vigil client`: bearer tokens for programs that the controls list. */
export function clientCommand(): Command {
  const client = new Command('client').description('let programs of the exchange call the API');
  client
    .command('token <name>')
    .description('print a new bearer token; the one that the program had before ends')
    .option(...DATA_OPTION)
    .action(async (name: string, flags: { readonly data?: string }, command: Command) => {
      const { dataDirectory } = configOf(command, flags);
      await withStoredAccess({ dataDirectory, command }, async ({ access, reference }) => {
        if (!reference.clients.has(name)) {
          const known = [...reference.clients.keys()].sort().join(', ');
          command.error(`error: there is no client ${name}; there are: ${known}`, { exitCode: 1 });
        }
        process.stdout.write(`${await access.issueClientToken(name)}\n`);
      });
    });
  return client;
}
