/**
 * Runs work that may take long and passes its messages to `say`. After ten seconds without a message, `say` gets `waiting`
 * and the seconds since the beginning.
 */
export async function neverSilent<T>(
  say: (line: string) => void,
  waiting: string,
  now: () => number,
  work: (say: (line: string) => void) => Promise<T>,
): Promise<T> {
  const began = now();
  const timer = setInterval(() => {
    say(`${waiting} (${Math.round((now() - began) / 1000)} s)`);
  }, silenceMilliseconds);
  try {
    return await work((line) => {
      timer.refresh();
      say(line);
    });
  } finally {
    clearInterval(timer);
  }
}

const silenceMilliseconds = 10_000;
