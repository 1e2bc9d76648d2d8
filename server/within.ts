/** What the work answers, or, when that takes longer than so many milliseconds, the error made here. */
export async function within<Result>(
  milliseconds: number,
  work: Promise<Result>,
  tooLong: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooLong()), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
