internal import Glibc

/// A system call failed: which, and the kernel's reason.
public struct SocketError: Error, Sendable, Hashable {
    /// Name of the call, for example `connect`.
    public let call: String
    /// The kernel's `errno`.
    public let number: Int32

    public init(call: String, number: Int32) {
        self.call = call
        self.number = number
    }

    /// A connect that reached nobody.
    static let refused = SocketError(call: "connect", number: ECONNREFUSED)

    /// Right after the call, before anything else can change `errno`.
    init(call: String) {
        self.init(call: call, number: errno)
    }
}

extension SocketError: CustomStringConvertible {
    public var description: String {
        unsafe "\(call): \(String(cString: strerror(number)))"
    }
}
