import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a disk does that is not as it should be. Error numbers are those of the operating system. */
export interface Orders {
  /** Each fsync and fdatasync takes so much longer. */
  syncMilliseconds?: number
  syncError?: number
  /** Each write to a file fails. */
  writeError?: number
}

/** A disk with an operator's eyes: where the program works on it, and what can be done to it. */
export interface Disk extends Disposable {
  /** The data directory, as the program names it and as the test reaches it. */
  data: string
  seen: string
  /** The program is started with these. */
  environment: Record<string, string>
  through: string[]
  fill: () => void
  makeRoom: () => void
  /** As file systems do by themselves when the device beneath them fails. */
  turnReadOnly: () => void
  /** Only while no program works on it. */
  mend: () => void
}

/** The folder of the machine's own disk, behind a door that does what it is told (test-disk.c). Needs a C compiler. */
export class ImitatedDisk implements Disk {
  readonly data: string
  readonly seen: string
  readonly environment: Record<string, string>
  readonly through: string[] = []
  private readonly folder = mkdtempSync(join(tmpdir(), 'kaiten-disk-'))
  private readonly file = join(this.folder, 'orders')

  constructor() {
    const library = join(this.folder, 'disk.so')
    const source = fileURLToPath(new URL('test-disk.c', import.meta.url))
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-Wall', '-Werror', '-o', library, source])
    this.data = join(this.folder, 'data')
    this.seen = this.data
    this.environment = { LD_PRELOAD: library, DISK_ORDERS: this.file }
    writeFileSync(this.file, new Int32Array(3))
  }

  fill = (): void => this.order({ writeError: constants.errno.ENOSPC })
  makeRoom = (): void => this.order({})
  turnReadOnly = (): void => this.order({ writeError: constants.errno.EROFS })

  mend = (): void => this.order({})

  /** Obeyed from the next call on, by programs that run already too. */
  order({ syncMilliseconds = 0, syncError = 0, writeError = 0 }: Orders): void {
    // In place: the program has this file mapped.
    const numbers = Int32Array.of(syncMilliseconds * 1000, syncError, writeError)
    writeFileSync(this.file, numbers, { flag: 'r+' })
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Linux alone has libc's calls by these names. */
export const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

/**
 * A real file system of 64 MB in a file, mounted where only the programs of one namespace see it: whatever happens, the
 * machine is left as it was. Needs root, and a kernel that lets it mount.
 */
export class MountedDisk implements Disk {
  readonly data: string
  readonly seen: string
  readonly environment = {}
  readonly through: string[]
  private readonly folder = mkdtempSync(join(tmpdir(), 'kaiten-disk-'))
  private readonly image = join(this.folder, 'image')
  private readonly place = join(this.folder, 'mounted')
  private readonly namespace = spawn('unshare', ['--mount', 'sh', '-c', 'echo ready; exec sleep infinity'])

  private constructor() {
    this.data = join(this.place, 'data')
    this.seen = `/proc/${this.namespace.pid}/root${this.data}`
    this.through = ['nsenter', `--target=${this.namespace.pid}`, '--mount', '--']
    mkdirSync(this.place)
    writeFileSync(this.image, '')
    truncateSync(this.image, 64 * 1024 * 1024)
  }

  /** Throws where it cannot be had. */
  static async mounted(): Promise<MountedDisk> {
    const disk = new MountedDisk()
    try {
      await new Promise((resolve, reject) => {
        disk.namespace.stdout.once('data', resolve)
        disk.namespace.once('error', reject)
        disk.namespace.once('exit', code => reject(new Error(`unshare ended with ${code}`)))
      })
      execFileSync('mkfs.ext4', ['-q', '-m', '0', disk.image])
      disk.mount()
      return disk
    } catch (error) {
      disk[Symbol.dispose]()
      throw error
    }
  }

  /** Leaves so many bytes; none, and what is written next is refused by the file system itself. */
  fill = (leaving = 0): void => {
    const { bavail, bsize } = statfsSync(this.seen)
    const size = leaving === 0 ? Number.MAX_SAFE_INTEGER : bavail * bsize - leaving
    this.inside('sh', '-c', 'head -c "$0" /dev/zero > "$1" 2>/dev/null || true', String(size), `${this.place}/filler`)
  }

  makeRoom = (): void => this.inside('rm', '-f', `${this.place}/filler`)

  /** The file system finds that something is wrong, and protects what it has. */
  turnReadOnly = (): void => {
    const device = execFileSync('nsenter', [...this.through.slice(1), 'findmnt', '-no', 'SOURCE', this.place])
    const name = String(device).trim().replace('/dev/', '')
    this.inside('sh', '-c', 'echo test > "/sys/fs/ext4/$0/trigger_fs_error"', name)
  }

  mend = (): void => {
    this.inside('umount', this.place)
    // It ends with 1 where it has mended something.
    this.inside('sh', '-c', 'e2fsck -fy "$0" >/dev/null 2>&1 || [ $? = 1 ]', this.image)
    this.mount()
  };

  [Symbol.dispose](): void {
    // With its last process the namespace goes, and with it the mount.
    this.namespace.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  private mount(): void {
    this.inside('mount', '-o', 'loop,errors=remount-ro', this.image, this.place)
  }

  private inside(...argv: string[]): void {
    execFileSync('nsenter', [...this.through.slice(1), ...argv], { stdio: ['ignore', 'ignore', 'pipe'] })
  }
}
