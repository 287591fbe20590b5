// Two programs with a long line between them, for measurements: each runs in a network namespace of its own, and every packet between
// the two passes through this process, which lets it wait as a line of a given rate and length would. For kernels without netem.
//
//   shaped-link [--loopback] RATE_MBIT DELAY_MS QUEUE_PACKETS -- FAR COMMAND... -- NEAR COMMAND...
//
// FAR is a server and NEAR its client; LINE_ADDRESS in their environment says where FAR listens, and where NEAR finds it. Both directions
// are alike: RATE_MBIT of IP packets (MTU 1500), DELAY_MS each way, and a queue of QUEUE_PACKETS before packets are dropped. Ends when
// NEAR ends, with its exit code; FAR is killed then. Exit code 77: the system lets us make no namespaces, or no interface in them
// (`--check` only asks that).
//
// --loopback needs no rights: the bytes of one TCP connection at a time are delayed instead of packets. The kernel then sees two short
// lines, so nothing of TCP is measured; windows of a protocol above it are end to end and are.
//
// Nothing is left behind whatever happens: the namespaces have no names and go with the last process in them, and both programs die with
// this one (PR_SET_PDEATHSIG), which ends with the one that started it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  LARGEST_PACKET = 1500,
  NOT_PERMITTED = 77,
  // Packets on their way in one direction: 100 Mbit/s for 300 ms, and the queue.
  SLOTS = 8192,
  // Packets taken off an interface before the other direction is looked at.
  BATCH = 64,
};

struct packet {
  int64_t due; // ns at which it leaves the far end
  int length;
  int written;
  unsigned char bytes[LARGEST_PACKET];
};

// One direction of the line: a ring of packets in the order in which they entered.
struct direction {
  int from, to;
  int64_t idle_at; // ns at which the line has sent all that it took
  unsigned first, next;
  struct packet *ring;
  // A stream: what does not fit waits before the line, and its end is an end.
  int is_stream, has_ended;
};

// What the line is like.
static double ns_per_byte;
static int64_t delay;
static int queue;
// Who started us. PR_SET_PDEATHSIG would not do: it watches the thread that did, and thread pools let threads go.
static pid_t parent;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "shaped-link: %s: %s\n", what, strerror(errno));
  exit(errno == EPERM || errno == EACCES || errno == ENOENT || errno == ENODEV || errno == ENOSPC ? NOT_PERMITTED : 1);
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, text, strlen(text)) < 0) fail(path);
  close(file);
}

// Who is not root may be it in a user namespace, where the system allows that.
static void become_able(void) {
  uid_t user = getuid();
  gid_t group = getgid();
  char text[64];
  if (user == 0) return;
  if (unshare(CLONE_NEWUSER)) fail("unshare(CLONE_NEWUSER)");
  write_file("/proc/self/setgroups", "deny");
  snprintf(text, sizeof text, "0 %u 1", user);
  write_file("/proc/self/uid_map", text);
  snprintf(text, sizeof text, "0 %u 1", group);
  write_file("/proc/self/gid_map", text);
}

static void bring_up(int control, const char *name, const char *address) {
  struct ifreq request;
  struct sockaddr_in *ip = (struct sockaddr_in *)&request.ifr_addr;
  memset(&request, 0, sizeof request);
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (address) {
    ip->sin_family = AF_INET;
    inet_pton(AF_INET, address, &ip->sin_addr);
    if (ioctl(control, SIOCSIFADDR, &request)) fail("SIOCSIFADDR");
    inet_pton(AF_INET, "255.255.255.0", &ip->sin_addr);
    if (ioctl(control, SIOCSIFNETMASK, &request)) fail("SIOCSIFNETMASK");
  }
  if (ioctl(control, SIOCGIFFLAGS, &request)) fail("SIOCGIFFLAGS");
  request.ifr_flags |= IFF_UP;
  if (ioctl(control, SIOCSIFFLAGS, &request)) fail("SIOCSIFFLAGS");
}

// Moves this process into a new network namespace with one interface, and returns that interface's other end.
static int enter_namespace(const char *address) {
  struct ifreq request;
  if (unshare(CLONE_NEWNET)) fail("unshare(CLONE_NEWNET)");
  int end = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (end < 0) fail("/dev/net/tun");
  memset(&request, 0, sizeof request);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  snprintf(request.ifr_name, sizeof request.ifr_name, "line0");
  if (ioctl(end, TUNSETIFF, &request)) fail("TUNSETIFF");
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control < 0) fail("socket");
  bring_up(control, "lo", NULL);
  bring_up(control, "line0", address);
  close(control);
  return end;
}

// Starts a program in the namespace that this process is in.
static pid_t start(char **command, const char *host, int port) {
  char address[32];
  pid_t self = getpid(), child = fork();
  if (child < 0) fail("fork");
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != self) _exit(1);
  snprintf(address, sizeof address, "%s:%d", host, port);
  setenv("LINE_ADDRESS", address, 1);
  signal(SIGPIPE, SIG_DFL);
  execvp(command[0], command);
  fprintf(stderr, "shaped-link: %s: %s\n", command[0], strerror(errno));
  _exit(127);
}

// Whether the queue before the line has no room at `time`.
static int is_full(const struct direction *line, int64_t time) {
  return line->next - line->first >= SLOTS || (double)(line->idle_at - time) > queue * LARGEST_PACKET * ns_per_byte;
}

static void take_packets(struct direction *line) {
  int64_t time = now();
  for (int count = 0; count < BATCH; count++) {
    struct packet *packet = &line->ring[line->next % SLOTS];
    unsigned char surplus[LARGEST_PACKET];
    int full = is_full(line, time);
    if (full && line->is_stream) return;
    ssize_t length = read(line->from, full ? surplus : packet->bytes, LARGEST_PACKET);
    if (length == 0 || (length < 0 && errno != EAGAIN)) line->has_ended = 1;
    if (length <= 0) return;
    if (full) continue;
    line->idle_at = (line->idle_at > time ? line->idle_at : time) + (int64_t)((double)length * ns_per_byte);
    packet->due = line->idle_at + delay;
    packet->length = (int)length;
    packet->written = 0;
    line->next++;
  }
}

// Delivers what is due; returns when the next packet is, or `limit`.
static int64_t deliver(struct direction *line, int64_t limit) {
  int64_t time = now();
  for (; line->first != line->next; line->first++) {
    struct packet *packet = &line->ring[line->first % SLOTS];
    if (packet->due > time) return packet->due < limit ? packet->due : limit;
    ssize_t count = write(line->to, packet->bytes + packet->written, (size_t)(packet->length - packet->written));
    // A full interface drops a packet, as a full receiver's would; a full socket takes the rest later.
    if (!line->is_stream) continue;
    if (count < 0 && errno != EAGAIN) line->has_ended = 1;
    if (count > 0) packet->written += (int)count;
    if (packet->written < packet->length) return time + 1000000 < limit ? time + 1000000 : limit;
  }
  return limit;
}

// Whether the program has ended, or who waits for it; its exit code is then in `code`.
static int has_exited(pid_t program, int *code) {
  int status;
  *code = 1;
  if (getppid() != parent) return 1;
  if (waitpid(program, &status, WNOHANG) != program) return 0;
  *code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  return 1;
}

// Carries both directions until `last` has ended, or the stream has; true when it was `last`.
static int relay(int far, int near, int is_stream, pid_t last, int *code) {
  static struct packet rings[2][SLOTS];
  struct direction lines[2] = {
      {.from = far, .to = near, .ring = rings[0], .is_stream = is_stream},
      {.from = near, .to = far, .ring = rings[1], .is_stream = is_stream},
  };
  while (!is_stream || (!lines[0].has_ended && !lines[1].has_ended)) {
    // Often enough to notice that the program has ended.
    int64_t wake = now() + 20 * INT64_C(1000000);
    wake = deliver(&lines[0], wake);
    wake = deliver(&lines[1], wake);
    int64_t time = now(), wait = wake - time;
    struct timespec timeout = {0, wait > 0 ? wait : 0};
    struct pollfd ends[2];
    for (int i = 0; i < 2; i++) {
      int waits = is_stream && is_full(&lines[i], time);
      ends[i] = (struct pollfd){lines[i].from, waits ? 0 : POLLIN, 0};
      if (waits && timeout.tv_nsec > 1000000) timeout.tv_nsec = 1000000;
    }
    ppoll(ends, 2, &timeout, NULL);
    for (int i = 0; i < 2; i++)
      if (ends[i].revents) take_packets(&lines[i]);
    if (has_exited(last, code)) return 1;
  }
  return 0;
}

static int across_namespaces(char **far, char **near) {
  int code = 1;
  become_able();
  int far_end = enter_namespace("10.99.0.1");
  pid_t first = start(far, "10.99.0.1", 50051);
  int near_end = enter_namespace("10.99.0.2");
  relay(far_end, near_end, 0, start(near, "10.99.0.1", 50051), &code);
  kill(first, SIGKILL);
  waitpid(first, NULL, 0);
  return code;
}

// A TCP socket on a free port of loopback, which is returned in `port`.
static int loopback_socket(int *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  int end = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (end < 0 || bind(end, (struct sockaddr *)&address, length) || getsockname(end, (struct sockaddr *)&address, &length)) fail("bind");
  *port = ntohs(address.sin_port);
  return end;
}

static void make_quick(int end) {
  int yes = 1;
  setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK);
}

static int across_loopback(char **far, char **near) {
  int far_port, near_port, code = 1;
  // Free a moment ago; nobody else is given it so soon.
  close(loopback_socket(&far_port));
  int listener = loopback_socket(&near_port);
  if (listen(listener, 8)) fail("listen");
  fcntl(listener, F_SETFL, O_NONBLOCK);
  pid_t first = start(far, "127.0.0.1", far_port), last = start(near, "127.0.0.1", near_port);
  while (!has_exited(last, &code)) {
    struct pollfd waiting = {listener, POLLIN, 0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)far_port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    poll(&waiting, 1, 20);
    int near_end = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (near_end < 0) continue;
    int far_end = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), has_ended = 0;
    if (far_end >= 0 && !connect(far_end, (struct sockaddr *)&address, sizeof address)) {
      make_quick(near_end);
      make_quick(far_end);
      has_ended = relay(far_end, near_end, 1, last, &code);
    }
    close(near_end);
    close(far_end);
    if (has_ended) break;
  }
  kill(first, SIGKILL);
  waitpid(first, NULL, 0);
  return code;
}

static char **after_dashes(char **arguments) {
  while (*arguments && strcmp(*arguments, "--")) arguments++;
  if (!*arguments) return NULL;
  *arguments = NULL; // ends the command before it
  return arguments + 1;
}

int main(int count, char **arguments) {
  parent = getppid();
  prctl(PR_SET_TIMERSLACK, 1UL);
  if (count == 2 && !strcmp(arguments[1], "--check")) {
    become_able();
    enter_namespace("10.99.0.1");
    return 0;
  }
  int is_loopback = count > 1 && !strcmp(arguments[1], "--loopback");
  char **line = arguments + 1 + is_loopback;
  char **far = count > 4 + is_loopback ? after_dashes(line + 3) : NULL;
  char **near = far ? after_dashes(far) : NULL;
  if (!near || !*far || !*near || atof(line[0]) <= 0 || atof(line[1]) < 0 || atoi(line[2]) < 1) {
    fprintf(stderr, "usage: shaped-link --check | [--loopback] RATE_MBIT DELAY_MS QUEUE_PACKETS -- FAR COMMAND... -- NEAR COMMAND...\n");
    return 2;
  }
  ns_per_byte = 8000 / atof(line[0]);
  delay = (int64_t)(atof(line[1]) * 1e6);
  queue = atoi(line[2]);
  signal(SIGPIPE, SIG_IGN);
  return is_loopback ? across_loopback(far, near) : across_namespaces(far, near);
}
