// Stands between a process and its disk (LD_PRELOAD): while the file BROKEN_DISK is there, syncs of files
// below the folder BROKEN_DISK_BELOW fail as the kernel's own would.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
static int refuses_sync(int fd) {
  const char *broken = getenv("BROKEN_DISK");
  if (broken == NULL || access(broken, F_OK) != 0 || !is_below(fd)) return 0;
  errno = EIO;
  return 1;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

int fsync(int fd) {
  REAL(fsync);
  return refuses_sync(fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return refuses_sync(fd) ? -1 : real(fd);
}
