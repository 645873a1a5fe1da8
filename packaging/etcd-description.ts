// etcd3 reads etcd's description from a file beside its source. A single executable has no such file, so the bundle has it.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'
import protobuf from 'protobufjs'

const reading = /loadSync\)\(`\$\{__dirname\}\/\.\.\/proto\/rpc\.proto`,/u

export const etcdDescription: Plugin = {
  name: 'etcd-description',
  setup(build) {
    build.onLoad({ filter: /\/etcd3\/lib\/connection-pool\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (!reading.test(text)) throw new Error(`${path} does not load rpc.proto as expected; adapt packaging/ to it`)
      const root = new protobuf.Root()
      root.resolvePath = (origin, target) => (origin === '' ? target : join(dirname(origin), target))
      // Not `load`: it reads the imports of rpc.proto in an order that changes from build to build.
      root.loadSync(join(dirname(path), '../proto/rpc.proto'), { keepCase: true })
      const description = JSON.stringify(root.toJSON())
      return { contents: text.replace(reading, () => `fromJSON)(${description},`), loader: 'js' }
    })
  },
}
