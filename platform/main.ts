import { Command } from 'commander';
import { clientCommand } from './commands/client.ts';
import { engineCommand } from './commands/engine.ts';
import { listCommand } from './commands/list.ts';
import { replayCommand } from './commands/replay.ts';
import { staffCommand } from './commands/staff.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';

const program = new Command('vigil')
  .description('Real-time risk and surveillance for digital-asset exchanges')
  .showHelpAfterError();

for (const command of [
  startCommand(),
  statusCommand(),
  replayCommand(),
  engineCommand(),
  staffCommand(),
  clientCommand(),
  listCommand(),
]) {
  program.addCommand(command);
}

await program.parseAsync();
