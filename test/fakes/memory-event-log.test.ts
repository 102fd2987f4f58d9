import { EventLogError } from '../../core/ports/event-log.ts';
import { eventLogContract } from '../../platform/event-log/event-log.contract.ts';
import { MemoryEventLog, type MemoryLogStore } from './memory-event-log.ts';

eventLogContract({
  name: 'in memory, as tests use it',
  differences: { readersSeeBeforeDurable: false, otherOwnerWaitsToo: false },
  open: async () => {
    const store: MemoryLogStore = new Map();
    let held: PromiseWithResolvers<void> | undefined;
    let failures = 0;
    const beforeAppend = async (): Promise<void> => {
      await held?.promise;
      failures -= 1;
      if (failures >= 0) throw new EventLogError('append_failed', 'asked for', { retryable: true });
      failures = 0;
    };
    const letGo = (): void => held?.resolve();
    let log = new MemoryEventLog({ store, beforeAppend });
    return {
      log,
      otherOwner: new MemoryEventLog({ store }),
      holdAppends: () => {
        held = Promise.withResolvers<void>();
        return letGo;
      },
      failNextAppend: () => {
        failures = 1;
      },
      reopen: async () => {
        await log.close();
        log = new MemoryEventLog({ store });
        return log;
      },
      dispose: async () => {
        letGo();
        await log.close();
      },
    };
  },
});
