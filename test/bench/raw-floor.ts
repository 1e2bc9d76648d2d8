import { open } from 'lmdb';

/** One plain LMDB table written durably: the floor of this machine that the rest is measured by. */
export interface RawFloor {
  /** Durable puts a second of this text by so many writers at once. */
  measure(text: string, writers: number, milliseconds: number): Promise<number>;
  close(): Promise<void>;
}

export function openRawFloor(folder: string): RawFloor {
  const table = open<string>({
    path: folder,
    noSubdir: false,
    encoding: 'string',
    overlappingSync: false,
  });
  let round = 0;
  return {
    async measure(text, writers, milliseconds) {
      round += 1;
      const until = performance.now() + milliseconds;
      const write = async (writer: number): Promise<number> => {
        let turn = 0;
        for (; performance.now() < until; turn += 1) await table.put([round, writer, turn], text);
        return turn;
      };
      const turns = await Promise.all(Array.from({ length: writers }, (_, n) => write(n)));
      return (turns.reduce((sum, one) => sum + one, 0) * 1_000) / milliseconds;
    },
    close: () => table.close(),
  };
}
