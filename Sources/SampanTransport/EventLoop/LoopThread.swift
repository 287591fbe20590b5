internal import CLinux
internal import Glibc

/// Threads of our own: of loops, and of work that is to be on no loop.
package enum LoopThread {
    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a new, detached thread of 8 MiB stack: handlers begin on it, and decoders recurse on it.
    package static func start(name: String, _ body: @escaping () -> Void) throws(SocketError) {
        let thread = try make(name, body)
        pthread_detach(thread)
    }

    /// Runs `body` on such a thread and returns when that has ended, with everything that ends with it.
    package static func run(name: String, _ body: @escaping () -> Void) throws(SocketError) {
        let thread = try make(name, body)
        pthread_join(thread, nil)
    }

    private static func make(_ name: String, _ body: @escaping () -> Void) throws(SocketError) -> pthread_t {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, 8 * 1_024 * 1_024)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                // 15 bytes is the kernel's limit.
                unsafe pthread_setname_np(pthread_self(), String(start.name.prefix(15)))
                // Else the kernel adds 50 µs to every pause of a loop.
                _ = set_timer_slack(1)
                start.body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            throw SocketError(call: "pthread_create", number: code)
        }
        return thread
    }
}
