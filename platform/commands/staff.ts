import { Command } from 'commander';
import { readRunFile } from '../run-file.ts';
import { withStoredAccess } from './stored-access.ts';
import { configOf, DATA_OPTION } from './settings.ts';

/** `vigil staff`: sign-in links for people that the controls list. */
export function staffCommand(): Command {
  const staff = new Command('staff').description('let members of staff sign in');
  staff
    .command('link <name>')
    .description('print a single-use sign-in link; it is valid for 24 hours')
    .option(...DATA_OPTION)
    .action(async (name: string, flags: { readonly data?: string }, command: Command) => {
      const { dataDirectory, http } = configOf(command, flags);
      const url = (await readRunFile(dataDirectory))?.url ?? `http://${http.host}:${http.port}`;
      await withStoredAccess({ dataDirectory, command }, async ({ access, reference }) => {
        if (!reference.staff.has(name)) {
          const known = [...reference.staff.keys()].sort().join(', ');
          command.error(`error: there is no staff ${name}; there are: ${known}`, { exitCode: 1 });
        }
        process.stdout.write(`${url}/sign-in#${await access.issueLink(name)}\n`);
      });
    });
  return staff;
}
