/*
 * A disk that is slow, broken, full or read-only when it is told to be. Preloaded into a program, it stands between
 * libc and whoever writes files: SQLite, Node and the program alike. Orders lie in a file that is mapped, so that they
 * can change while the program runs and asking for them costs nothing. Sockets and pipes are left alone.
 *   cc -shared -fPIC -O2 -o disk.so test-disk.c && DISK_ORDERS=FILE LD_PRELOAD=./disk.so PROGRAM
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The file: three numbers of 32 bits, in the machine's own order. 0 is a disk as it should be. */
static volatile const int32_t *orders;
enum { sync_microseconds, sync_error, write_error, how_many };

__attribute__((constructor)) static void listen_to_orders(void) {
  const char *path = getenv("DISK_ORDERS");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *mapped = mmap(NULL, how_many * sizeof *orders, PROT_READ, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) orders = mapped;
  close(file);
}

static int fails(int error) {
  if (error) errno = error;
  return error != 0;
}

static int may_not_write(int file) {
  struct stat found;
  int error = orders ? orders[write_error] : 0;
  if (!error || syscall(SYS_fstat, file, &found) || !S_ISREG(found.st_mode)) return 0;
  return fails(error);
}

static int synced(long call, int file) {
  if (orders && orders[sync_microseconds]) {
    int32_t micro = orders[sync_microseconds];
    struct timespec pause = {micro / 1000000, micro % 1000000 * 1000L};
    nanosleep(&pause, NULL);
  }
  if (orders && fails(orders[sync_error])) return -1;
  return (int)syscall(call, file);
}

int fsync(int file) { return synced(SYS_fsync, file); }
int fdatasync(int file) { return synced(SYS_fdatasync, file); }

ssize_t write(int file, const void *from, size_t size) {
  return may_not_write(file) ? -1 : syscall(SYS_write, file, from, size);
}
ssize_t writev(int file, const struct iovec *from, int count) {
  return may_not_write(file) ? -1 : syscall(SYS_writev, file, from, count);
}
ssize_t pwrite64(int file, const void *from, size_t size, off_t at) {
  return may_not_write(file) ? -1 : syscall(SYS_pwrite64, file, from, size, at);
}
int ftruncate64(int file, off_t size) { return may_not_write(file) ? -1 : (int)syscall(SYS_ftruncate, file, size); }
