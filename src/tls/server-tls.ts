/** Whether clients have to show a certificate: never asked, checked where shown, or demanded. */
export type ClientAuth = 'none' | 'optional' | 'required'

/** How a server proves who it is and which clients it lets in. Paths are of PEM files. */
export interface ServerTls {
  /** Certificate, followed by those of intermediate authorities if there are any. */
  readonly certificate: string
  /** Private key of `certificate`, not encrypted. */
  readonly key: string
  /** Authorities that may sign clients' certificates; needed unless `clientAuth` is `none`. */
  readonly ca?: string
  /** Default: `required` with `ca`, else `none`. */
  readonly clientAuth?: ClientAuth
}
