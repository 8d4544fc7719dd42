import { readFileSync, realpathSync, statfsSync } from 'node:fs'

/** How far a file system can be relied upon: SQLite needs true locks, and memory that processes share through a file. */
export interface FileSystem {
  name: string
  trust: 'local' | 'doubtful' | 'remote'
}

/** Magic numbers of statfs(2), for where the kernel does not tell the name. */
const remoteNumbers = new Map([
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x517b, 'smb'],
  [0x00c36400, 'ceph'],
  [0x47504653, 'gpfs'],
  [0x0bd00bd0, 'lustre'],
  [0x5346414f, 'afs'],
  [0x6b414653, 'afs'],
  [0x19830326, 'beegfs'],
])

/** Of several machines at once. What FUSE brings is told by the name after `fuse.`. */
const remoteNames = new Set([
  ...remoteNumbers.values(),
  ...[
    'nfs4',
    'smb3',
    'smbfs',
    'ncpfs',
    'coda',
    'pvfs2',
    'orangefs',
    'sshfs',
    'glusterfs',
    'cephfs',
    's3fs',
    's3backer',
  ],
  ...['rclone', 'gcsfuse', 'goofys', 'geesefs', 'mount-s3', 'juicefs', 'seaweedfs', 'mfs', 'blobfuse', 'blobfuse2'],
  ...['davfs', 'davfs2', 'curlftpfs', 'google-drive-ocamlfuse', 'onedrive', 'afs', 'beegfs_nodev'],
])

/** Served by this machine's own user space, and known to lock as it should: containers and encrypted homes use them. */
const localFuse = new Set(['fuseblk', 'fuse-overlayfs', 'gocryptfs', 'encfs', 'cryfs', 'bindfs', 'lxcfs', 'zfs'])

/** A machine's folders shown to a guest of it: mostly sound with one process, and known for lost locks. */
const shares = new Set(['9p', 'virtiofs', 'vboxsf', 'vmhgfs', 'vmhgfs-fuse', 'prl_fs', 'drvfs', 'osxfs', 'grpcfuse'])

export function fileSystemOf(path: string): FileSystem {
  const name = nameAt(realpathSync(path), mounts())
  if (name !== undefined) return judged(name)
  const remote = remoteNumbers.get(statfsSync(path).type)
  return remote ? { name: remote, trust: 'remote' } : { name: 'unknown', trust: 'local' }
}

/** By the name of the file system's type, as the kernel has it: `ext4`, `nfs4`, `fuse.sshfs`. */
export function judged(type: string): FileSystem {
  const name = type.replace(/^fuse\.(?=.)/, '')
  if (remoteNames.has(name)) return { name, trust: 'remote' }
  const isUnknownFuse = /^fuse(\.|$)/.test(type) && !localFuse.has(name)
  return { name, trust: shares.has(name) || isUnknownFuse ? 'doubtful' : 'local' }
}

/** The type of the file system that holds a path, by the text of /proc/self/mountinfo (proc(5)). */
export function nameAt(path: string, mountinfo: string): string | undefined {
  let found: { point: string; type: string } | undefined
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const point = (before.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code) =>
      String.fromCharCode(parseInt(code, 8)),
    )
    const holds = point === '/' || path === point || path.startsWith(`${point}/`)
    const type = after.split(' ')[0]
    // Of several on one point the last is on top.
    if (point && type && holds && point.length >= (found?.point.length ?? 0)) found = { point, type }
  }
  return found?.type
}

function mounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return ''
  }
}
