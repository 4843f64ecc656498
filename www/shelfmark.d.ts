/** The element that shows an archive; registered as `<shelfmark-archive>`. */
export declare class ShelfmarkArchive extends HTMLElement {
  /** Version of this file. */
  static version: string;
  /** Settles when the first view is shown; rejects with an `Error` that has a `code`. */
  readonly ready: Promise<void>;
}

declare global {
  interface HTMLElementTagNameMap {
    "shelfmark-archive": ShelfmarkArchive;
  }
}
