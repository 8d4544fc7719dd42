import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { fileSystemOf, judged, nameAt } from './file-systems.ts'

const mountinfo = `
22 28 0:21 / /proc rw,nosuid - proc proc rw
28 1 254:0 / / rw,relatime - overlay overlay rw,lowerdir=/a:/b
40 28 0:50 / /data rw - nfs4 server:/export rw
41 40 254:1 /volume /data/local rw master:1 - ext4 /dev/vdb rw
42 28 0:51 / /home/a\\040b rw - fuse.sshfs host: rw
43 28 0:52 / /home/a\\040b rw - tmpfs none rw`

test.each([
  ['/srv/kaiten', 'overlay'],
  ['/data', 'nfs4'],
  ['/data/kaiten', 'nfs4'],
  ['/database', 'overlay'],
  ['/data/local/kaiten', 'ext4'],
  // The later of two mounts on one point is on top.
  ['/home/a b/kaiten', 'tmpfs'],
])('%s is on %s', (path, type) => {
  expect(nameAt(path, mountinfo)).toBe(type)
})

test.each([
  [
    'remote',
    ['nfs', 'nfs4', 'cifs', 'smb3', 'ceph', 'lustre', 'fuse.sshfs', 'fuse.s3fs', 'fuse.rclone', 'fuse.glusterfs'],
  ],
  ['local', ['ext4', 'xfs', 'btrfs', 'zfs', 'tmpfs', 'overlay', 'fuse.fuse-overlayfs', 'fuseblk', 'fuse.gocryptfs']],
  ['doubtful', ['9p', 'virtiofs', 'vboxsf', 'fuse', 'fuse.nobody-knows', 'fuse.osxfs']],
])('these are %s: %j', (trust, types) => {
  for (const type of types) expect(judged(type).trust, type).toBe(trust)
})

test('this machine has a local disk for its temporary files', () => {
  expect(fileSystemOf(tmpdir()).trust).not.toBe('remote')
})
