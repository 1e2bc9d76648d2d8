// Stands between a process and its disk (LD_PRELOAD): while the file BROKEN_DISK says "write" or "sync",
// calls on files below the folder BROKEN_DISK_BELOW fail as the kernel's own would.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum mood { FINE, BAD_WRITE, BAD_SYNC };

static enum mood mood_now(void) {
  const char *path = getenv("BROKEN_DISK");
  if (path == NULL) return FINE;
  int file = open(path, O_RDONLY);
  if (file < 0) return FINE;
  char said[8] = {0};
  ssize_t length = read(file, said, sizeof said - 1);
  close(file);
  if (length <= 0) return FINE;
  if (strncmp(said, "write", 5) == 0) return BAD_WRITE;
  return strncmp(said, "sync", 4) == 0 ? BAD_SYNC : FINE;
}

static int is_below(int fd) {
  const char *folder = getenv("BROKEN_DISK_BELOW");
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (folder == NULL || length < 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

/* 0 when the call may go on; otherwise errno is set. */
static int refuses_write(int fd) {
  if (mood_now() != BAD_WRITE || !is_below(fd)) return 0;
  errno = EIO;
  return 1;
}

static int refuses_sync(int fd) {
  if (mood_now() != BAD_SYNC || !is_below(fd)) return 0;
  errno = EIO;
  return 1;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(write);
  return refuses_write(fd) ? -1 : real(fd, bytes, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  return refuses_write(fd) ? -1 : real(fd, parts, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  REAL(pwrite64);
  return refuses_write(fd) ? -1 : real(fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  REAL(pwritev64);
  return refuses_write(fd) ? -1 : real(fd, parts, count, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return pwritev64(fd, parts, count, at);
}

int ftruncate64(int fd, off64_t length) {
  REAL(ftruncate64);
  return refuses_write(fd) ? -1 : real(fd, length);
}

int fsync(int fd) {
  REAL(fsync);
  return refuses_sync(fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return refuses_sync(fd) ? -1 : real(fd);
}
