/* Stands between a process and the calls that change a folder: counts them over all threads, writes
 * them down, and at a chosen one kills the process or lets the call fail. Loaded by LD_PRELOAD; the
 * tests in ../python compile it. strace could do the same with counters of each thread only.
 *
 * FAULTS_FOLDER  calls on files below it count; it has no slash at its end and no links in it
 * FAULTS_CALLS   which calls count for the fault, with commas between; all where it is missing
 * FAULTS_PATH    only calls on paths that contain this text count for the fault
 * FAULTS_AT      the number of the call that is hit, from 1; none where it is missing
 * FAULTS_UNTIL   the last number that is hit; FAULTS_AT where it is missing, 0 for all from then on
 * FAULTS_DO      kill, or torn: half of a write is done and then the process dies; or a number of
 *                errno; or wait and a number of milliseconds
 * FAULTS_SWITCH  a file: calls count only while it is there
 * FAULTS_LOG     a file that gets a line for each call below the folder:
 *                number, thread, call, path, position, length, result, second path
 * FAULTS_DATA    a file that gets the bytes of all writes, in the order of the log
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const char *folder, *calls, *part, *doing, *flag;
static long at, until;
static int log_file = -1, data_file = -1;
static volatile long counted, numbered;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

/* The constructors of other libraries run before ours and may call already. */
static ssize_t raw_write(int fd, const void *bytes, size_t length) {
  return syscall(SYS_write, fd, bytes, length);
}

static int raw_open(const char *path) {
  return (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

__attribute__((constructor)) static void begin(void) {
  folder = getenv("FAULTS_FOLDER");
  calls = getenv("FAULTS_CALLS");
  part = getenv("FAULTS_PATH");
  doing = getenv("FAULTS_DO");
  flag = getenv("FAULTS_SWITCH");
  const char *number = getenv("FAULTS_AT");
  at = number == NULL ? -1 : atol(number);
  number = getenv("FAULTS_UNTIL");
  until = number == NULL ? at : atol(number) == 0 ? LONG_MAX : atol(number);
  const char *path = getenv("FAULTS_LOG");
  if (path != NULL) log_file = raw_open(path);
  path = getenv("FAULTS_DATA");
  if (path != NULL) data_file = raw_open(path);
}

static int is_below(const char *path) {
  size_t length = folder == NULL ? 0 : strlen(folder);
  return length > 0 && strncmp(path, folder, length) == 0 &&
         (path[length] == '/' || path[length] == 0);
}

static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlink, link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_below(path);
}

static int is_among(const char *call) {
  if (calls == NULL) return 1;
  size_t length = strlen(call);
  for (const char *found = strstr(calls, call); found != NULL; found = strstr(found + 1, call)) {
    int begins = found == calls || found[-1] == ',';
    int ends = found[length] == 0 || found[length] == ',';
    if (begins && ends) return 1;
  }
  return 0;
}

static void die(void) {
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  for (;;) pause();
}

/* What is to happen to a call: 0 nothing, -1 half of it and death, otherwise an errno. */
static int fault(const char *call, const char *path) {
  if (at < 0 || !is_among(call) || (part != NULL && strstr(path, part) == NULL)) return 0;
  if (flag != NULL && syscall(SYS_access, flag, F_OK) != 0) return 0;
  long number = __sync_add_and_fetch(&counted, 1);
  if (number < at || number > until || doing == NULL) return 0;
  if (strcmp(doing, "kill") == 0) die();
  if (strcmp(doing, "torn") == 0) return -1;
  if (strncmp(doing, "wait", 4) == 0) {
    long milliseconds = atol(doing + 4);
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
    return 0;
  }
  return atoi(doing);
}

static void note(const char *call, const char *path, long position, long length, long result,
                 const char *other, const void *bytes) {
  if (log_file < 0) return;
  char line[2 * PATH_MAX + 200];
  pthread_mutex_lock(&order);
  int size = snprintf(line, sizeof line, "%ld %ld %s %s %ld %ld %ld %s\n", ++numbered,
                      (long)syscall(SYS_gettid), call, path, position, length, result,
                      other == NULL ? "-" : other);
  if (data_file >= 0 && bytes != NULL && result > 0) {
    long done = 0;
    while (done < result) {
      ssize_t count = raw_write(data_file, (const char *)bytes + done, (size_t)(result - done));
      if (count <= 0) break;
      done += count;
    }
  }
  raw_write(log_file, line, (size_t)size);
  pthread_mutex_unlock(&order);
}

#define NEXT(name) \
  static __typeof__(&name) next; \
  if (next == NULL) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define FAIL_IF_TOLD(call, path) \
  int told = fault(call, path); \
  if (told == -1) die(); \
  if (told != 0) { \
    note(call, path, 0, 0, -told, NULL, NULL); \
    errno = told; \
    return -1; \
  }

static ssize_t written(const char *call, int fd, const void *bytes, size_t length, off64_t position,
                       ssize_t (*next)(int, const void *, size_t, off64_t)) {
  char path[PATH_MAX];
  int counts = path_of(fd, path);
  if (!counts) return next(fd, bytes, length, position);
  int told = fault(call, path);
  if (told == -1) {
    next(fd, bytes, length / 2, position);
    die();
  }
  if (told != 0) {
    note(call, path, position, (long)length, -told, NULL, NULL);
    errno = told;
    return -1;
  }
  off64_t where = position >= 0 ? position : lseek64(fd, 0, SEEK_CUR);
  ssize_t result = next(fd, bytes, length, position);
  int reason = errno;
  note(call, path, where, (long)length, result, NULL, bytes);
  errno = reason;
  return result;
}

static ssize_t by_position(int fd, const void *bytes, size_t length, off64_t position) {
  return syscall(SYS_pwrite64, fd, bytes, length, position);
}

static ssize_t at_end(int fd, const void *bytes, size_t length, off64_t position) {
  (void)position;
  return syscall(SYS_write, fd, bytes, length);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t position) {
  return written("pwrite64", fd, bytes, length, position, by_position);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t position) {
  return written("pwrite64", fd, bytes, length, position, by_position);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  return written("write", fd, bytes, length, -1, at_end);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return syscall(SYS_writev, fd, parts, count);
  ssize_t sum = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = write(fd, parts[i].iov_base, parts[i].iov_len);
    if (done < 0) return sum > 0 ? sum : -1;
    sum += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return sum;
}

static int of_file(const char *call, int fd, long length, int (*next)(int, long)) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return next(fd, length);
  FAIL_IF_TOLD(call, path);
  int result = next(fd, length);
  int reason = errno;
  note(call, path, 0, length, result, NULL, NULL);
  errno = reason;
  return result;
}

static int raw_fsync(int fd, long length) {
  (void)length;
  return (int)syscall(SYS_fsync, fd);
}

static int raw_fdatasync(int fd, long length) {
  (void)length;
  return (int)syscall(SYS_fdatasync, fd);
}

static int raw_ftruncate(int fd, long length) { return (int)syscall(SYS_ftruncate, fd, length); }

int fsync(int fd) { return of_file("fsync", fd, 0, raw_fsync); }

int fdatasync(int fd) { return of_file("fdatasync", fd, 0, raw_fdatasync); }

int ftruncate64(int fd, off64_t length) { return of_file("ftruncate", fd, length, raw_ftruncate); }

int ftruncate(int fd, off_t length) { return of_file("ftruncate", fd, length, raw_ftruncate); }

int fallocate64(int fd, int mode, off64_t position, off64_t length) {
  NEXT(fallocate64);
  char path[PATH_MAX];
  if (!path_of(fd, path)) return next(fd, mode, position, length);
  FAIL_IF_TOLD("fallocate", path);
  int result = next(fd, mode, position, length);
  note("fallocate", path, position, length, result, NULL, NULL);
  return result;
}

static const char *whole(const char *path, char *buffer) {
  if (path[0] == '/') return path;
  if (getcwd(buffer, PATH_MAX) == NULL) return path;
  size_t length = strlen(buffer);
  snprintf(buffer + length, PATH_MAX - length, "/%s", path);
  return buffer;
}

#define ON_PATH(call, path, result_of) \
  char buffer[PATH_MAX]; \
  const char *absolute = whole(path, buffer); \
  if (!is_below(absolute)) return result_of; \
  FAIL_IF_TOLD(call, absolute); \
  int result = result_of; \
  int reason = errno; \
  note(call, absolute, 0, 0, result, NULL, NULL); \
  errno = reason; \
  return result

int rename(const char *from, const char *to) {
  NEXT(rename);
  char buffer[PATH_MAX], other[PATH_MAX];
  const char *absolute = whole(from, buffer), *target = whole(to, other);
  if (!is_below(absolute) && !is_below(target)) return next(from, to);
  FAIL_IF_TOLD("rename", absolute);
  int result = next(from, to);
  int reason = errno;
  note("rename", absolute, 0, 0, result, target, NULL);
  errno = reason;
  return result;
}

int unlink(const char *path) {
  NEXT(unlink);
  ON_PATH("unlink", path, next(path));
}

int rmdir(const char *path) {
  NEXT(rmdir);
  ON_PATH("rmdir", path, next(path));
}

int mkdir(const char *path, mode_t mode) {
  NEXT(mkdir);
  ON_PATH("mkdir", path, next(path, mode));
}

int remove(const char *path) {
  NEXT(remove);
  ON_PATH("unlink", path, next(path));
}

/* Opening counts where it makes or empties a file. */
static int opened(const char *path, int flags, mode_t mode) {
  char buffer[PATH_MAX];
  const char *absolute = whole(path, buffer);
  int makes = (flags & O_CREAT) != 0 && syscall(SYS_access, absolute, F_OK) != 0;
  if (is_below(absolute) && (makes || (flags & O_TRUNC) != 0)) {
    FAIL_IF_TOLD("create", absolute);
    int result = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    int reason = errno;
    note("create", absolute, 0, 0, result < 0 ? result : 0, NULL, NULL);
    errno = reason;
    return result;
  }
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static mode_t mode_of(int flags, va_list more) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? (mode_t)va_arg(more, int) : 0;
}

int open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = mode_of(flags, more);
  va_end(more);
  return opened(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = mode_of(flags, more);
  va_end(more);
  return opened(path, flags, mode);
}
