/** For what a run wants read beside its verdict: how many, which seed, what was measured. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
