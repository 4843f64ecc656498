/** What a failure is, for programs. */
export type ErrorCode =
  | "network"
  | "integrity"
  | "format"
  | "version"
  | "not-found"
  | "query"
  | "aborted";

/** Every failure of the library. */
export declare class ShelfmarkError extends Error {
  readonly code: ErrorCode;
  /** The file that failed. */
  readonly file?: string;
}

/** What a search is asked for. */
export interface SearchOptions extends Partial<SearchRequest> {
  /** Gives up: the promise rejects with the code `aborted`. */
  signal?: AbortSignal;
}

/** What a search gives. */
export interface SearchResult extends Found {
  /** Ids of all matches, in order, when they were asked for; of what may match, while `exact` is false. */
  ids?: Uint32Array;
  /** How long it took, in milliseconds. */
  took_ms: number;
  /** The damaged file for whose sake no facets were counted; all else is as it should be. */
  failure?: ShelfmarkError;
}

/** How an archive is opened. */
export interface OpenOptions {
  /** Gives up: the promise rejects with the code `aborted`. */
  signal?: AbortSignal;
  /** The digest that the manifest must have: `sha256-` and base64, as in integrity attributes. */
  integrity?: string;
  /** The key that must have signed the archive, as `shelfmark keygen` prints it. */
  publicKey?: string;
  /** Hears how many of the steps are done: module and manifest, then what the archive holds. */
  onProgress?: (progress: { done: number; total: number }) => void;
}

/** What is saved: everything, or the posts that fit. */
export interface SaveOptions {
  /** First day, `YYYY-MM-DD`. */
  from?: string;
  /** Last day. */
  to?: string;
  /** Posts that carry any of these tags. */
  tags?: string[];
  /** Stops; what was saved stays, and another call goes on from there. */
  signal?: AbortSignal;
  /** Hears how many bytes are here, of how many. */
  onProgress?: (progress: { done: number; total: number }) => void;
}

/** An archive. */
export interface Archive {
  readonly info: Info & {
    /** The key that signed the archive, if one did and nothing has changed since. */
    readonly signedBy?: string;
  };
  search(options?: SearchOptions): Promise<SearchResult>;
  /** Rejects with the code `not-found` when there is no such post. */
  post(slug: string): Promise<Post>;
  /** Saves the archive where the service worker of its site finds it; every file is checked. Only pages
      of the archive's own origin can. */
  saveOffline(options?: SaveOptions): Promise<{ files: number; bytes: number }>;
  /** Gives its memory back; whatever is under way rejects with the code `aborted`. */
  close(): void;
}

/** Opens an archive by the address of its manifest, `bundle/archive.json`; in Node also by a path. */
export declare function openArchive(src: string | URL, options?: OpenOptions): Promise<Archive>;

/** Which of several archives something is from. */
export interface Origin {
  /** The label that was given, else the archive's title. */
  title: string;
  src: string;
}

/** An archive that failed, and why. */
export interface MemberFailure {
  src: string;
  error: Error;
}

/** Several archives, searched as one. */
export interface Archives {
  readonly info: Info;
  readonly members: ReadonlyArray<{ src: string; label: string; archive: Archive }>;
  /** Archives that could not be opened. */
  readonly failures: ReadonlyArray<MemberFailure>;
  /** Searches all; an archive that fails is told of, and `exact` is false. Ids are not given. */
  search(options?: Omit<SearchOptions, "ids">): Promise<
    Omit<SearchResult, "hits" | "ids"> & {
      hits: (Hit & { archive: Origin })[];
      failures: MemberFailure[];
    }
  >;
  /** A post of the archive `src`, or of the first that has one of this slug. */
  post(slug: string, options?: { src?: string }): Promise<Post & { archive: Origin }>;
  close(): void;
}

/** Opens several archives; rejects only when none of them could be opened. */
export declare function openArchives(
  sources: ReadonlyArray<string | URL | (OpenOptions & { src: string | URL; label?: string })>,
  options?: { signal?: AbortSignal },
): Promise<Archives>;

/** What an element shows. */
export interface ViewState {
  readonly view: "list" | "post";
  readonly slug: string | null;
  readonly query: string;
  readonly tags: readonly string[];
  readonly categories: readonly string[];
  readonly authors: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
  readonly sort: "relevance" | "newest" | "oldest";
  readonly page: number;
  /** Number of posts in the list. */
  readonly total: number | null;
}

/** What is known of where an archive comes from. */
export interface Verdict {
  /** Whether the host still has the archive that is shown. */
  readonly current: boolean;
  /** The key that signed it, unless nobody did or that can't be told. */
  readonly signedBy?: string;
  /** What people compare of the key. */
  readonly fingerprint?: string;
  /** When it was signed, in seconds since 1970. */
  readonly time?: number;
  /** What differs from what this device has seen at this address before. */
  readonly warning?: "missing" | "changed" | "older";
}

/** The element that shows an archive; registered as `<shelfmark-archive>`. */
export declare class ShelfmarkArchive extends HTMLElement {
  /** Version of this file. */
  static version: string;
  src: string;
  post: string;
  query: string;
  tags: string[];
  categories: string[];
  authors: string[];
  fromDate: string;
  toDate: string;
  sort: string;
  theme: string;
  images: string;
  routing: string;
  routePrefix: string;
  controls: string;
  loading: string;
  integrity: string;
  publicKey: string;
  shortcuts: boolean;
  compact: boolean;
  memory: boolean;
  /** Settles when the first view is shown; rejects with a `ShelfmarkError`. */
  readonly ready: Promise<void>;
  /** The archive, for programs; `null` before it is ready. */
  readonly archive: Archive | null;
  /** What is shown; `null` before anything is. */
  readonly state: ViewState | null;
  /** Shows a post. */
  open(slug: string): Promise<void>;
  /** Shows what a search finds. */
  search(
    text?: string,
    options?: {
      tags?: string[];
      categories?: string[];
      authors?: string[];
      from?: string;
      to?: string;
      sort?: "relevance" | "newest" | "oldest";
    },
  ): Promise<void>;
  /** Shows all posts. */
  clear(): Promise<void>;
  /** As `saveOffline` of archives. */
  saveOffline(options?: SaveOptions): Promise<{ files: number; bytes: number }>;
  /** Asks the host for the manifest again and looks who signed it. Rejects with the code `integrity` when
      the page's `integrity` or `public-key`, or the signature itself, do not allow it. */
  verify(): Promise<Verdict>;
  /** Takes away all that this device keeps of the archive, choices of the reader included. */
  forget(): Promise<void>;
  /** Puts the cursor into the search field. */
  focusSearch(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "shelfmark-archive": ShelfmarkArchive;
  }
  interface HTMLElementEventMap {
    "shelfmark-ready": CustomEvent<null>;
    "shelfmark-error": CustomEvent<{ code: ErrorCode; message: string }>;
    /** Cancelable: the view that the reader wants to go to. */
    "shelfmark-navigate": CustomEvent<{ post: string; query: string; tags: string[]; page: number }>;
    "shelfmark-statechange": CustomEvent<ViewState>;
    "shelfmark-search": CustomEvent<{ query: string; total: number }>;
    /** Cancelable: a link that leads to another site. */
    "shelfmark-open-external": CustomEvent<{ href: string }>;
    /** Cancelable: pictures of other sites that the reader wants to see. */
    "shelfmark-image-request": CustomEvent<{ all: boolean; host: string | null }>;
    /** A newer version of the site is here, and shown after a reload. */
    "shelfmark-update-available": CustomEvent<null>;
  }
}
