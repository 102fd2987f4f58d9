import { Session } from 'chdb';

/** Sessions of one directory; each runs one statement at a time. */
export interface SessionPool {
  /**
   * Runs the task in a session that only tasks of the same key have used, since settings stay
   * in a session; without a key, in one that is closed afterwards. So is one whose task failed.
   */
  use<Result>(
    key: string | undefined,
    task: (session: Session) => Promise<Result>,
  ): Promise<Result>;
  close(): void;
}

/** Closing is dear: chDB keeps a closed session until every query of the process has ended. */
const IDLE_MAX = 32;

/** Keeps one session open, so that the engine stays loaded between statements. */
export function createSessionPool(directory: string): SessionPool {
  const anchor = new Session(directory);
  const idle: { readonly key: string; readonly session: Session }[] = [];

  function take(key: string | undefined): Session {
    const found = idle.findLastIndex((entry) => entry.key === key);
    const entry = found < 0 ? undefined : idle.splice(found, 1)[0];
    return entry?.session ?? new Session(directory);
  }

  function giveBack(key: string | undefined, session: Session): void {
    if (key === undefined) {
      session.close();
      return;
    }
    idle.push({ key, session });
    if (idle.length > IDLE_MAX) idle.shift()?.session.close();
  }

  return {
    use: async (key, task) => {
      const session = take(key);
      let keptKey: string | undefined;
      try {
        const result = await task(session);
        keptKey = key;
        return result;
      } finally {
        giveBack(keptKey, session);
      }
    },
    close: () => {
      for (const { session } of idle.splice(0)) session.close();
      anchor.close();
    },
  };
}
