/** How a client proves who it is and decides whom to trust. All are paths of PEM files. */
export interface ClientTls {
  /** Certificate (chain) shown to the server; used together with `key`. */
  readonly certificate?: string
  /** Private key of `certificate`, not encrypted. */
  readonly key?: string
  /** Certificates of the authorities that may sign a server's; all in the file count. Without it: the system's. */
  readonly ca?: string
}
