// Stands between a process and its disk (LD_PRELOAD): while the file BROKEN_DISK says "syncs" or "writes", such
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
static int refuses(const char *calls, int fd) {
  const char *broken = getenv("BROKEN_DISK");
  if (broken == NULL) return 0;
  int file = open(broken, O_RDONLY);
  if (file < 0) return 0;
  char said[8] = {0};
  ssize_t length = read(file, said, sizeof said - 1);
  close(file);
  if (length <= 0 || strcmp(said, calls) != 0 || !is_below(fd)) return 0;
  errno = EIO;
  return 1;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

int fsync(int fd) {
  REAL(fsync);
  return refuses("syncs", fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return refuses("syncs", fd) ? -1 : real(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  REAL(pwrite64);
  return refuses("writes", fd) ? -1 : real(fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  REAL(pwritev64);
  return refuses("writes", fd) ? -1 : real(fd, parts, count, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return pwritev64(fd, parts, count, at);
}
