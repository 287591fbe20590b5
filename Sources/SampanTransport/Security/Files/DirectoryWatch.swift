internal import CLinux
internal import Glibc

/// Hears of changes in directories, by inotify(7). Not of every one: a directory that was itself replaced, and some network mounts, say
/// nothing; who uses it looks by itself now and then.
///
/// Sendable: the token is touched on the loop only, and the kernel takes care of the descriptor.
final class DirectoryWatch: PollHandler, @unchecked Sendable {
    private let descriptor: Int32
    private let directories: [String]
    private let loop: EventLoop
    private let heard: @Sendable () -> Void
    private var token: Poller.Token?

    /// Whole files appear by a rename or at the end of a write; links and permissions change; files go.
    private static let events =
        UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_ATTRIB)

    /// `heard` is called on the loop, once for any number of changes. Throws when the system has no more watches.
    init(_ directories: Set<String>, on loop: EventLoop, heard: @escaping @Sendable () -> Void) throws(SocketError) {
        descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard descriptor >= 0 else { throw SocketError(call: "inotify_init1") }
        self.directories = directories.sorted()
        self.loop = loop
        self.heard = heard
    }

    deinit { Glibc.close(descriptor) }

    /// From any thread, once. What changes from here on is heard of.
    func start() {
        renew()
        // Without a place in the poller nothing is heard, as on those mounts that tell nothing.
        loop.submit { self.token = try? self.loop.register(self.descriptor, .readable, self) }
    }

    /// Watches those directories that have come, or come back, since the last time; for the others it changes nothing. From any thread.
    func renew() {
        // One that is not there now may be later.
        for directory in directories { _ = unsafe inotify_add_watch(descriptor, directory, Self.events) }
    }

    /// From any thread.
    func stop() {
        loop.submit {
            if let token = self.token { self.loop.unregister(token, self.descriptor) }
            self.token = nil
        }
    }

    func ready(_ readiness: Readiness) {
        // What has changed is looked up, not read from the events: those of an overflow are lost.
        var events = [UInt8](repeating: 0, count: 4_096)
        while unsafe read(descriptor, &events, events.count) > 0 {}
        heard()
    }
}
