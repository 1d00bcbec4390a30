/** Files of pages and of what is printed, from wherever the runtime keeps them. */
export interface Assets {
  /** Undefined where there is no such file. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}
