package import Glibc

/// A numeric IPv4 or IPv6 address with a port.
public struct SocketAddress: Sendable, Hashable {
    /// `127.0.0.1` or `::1`, without brackets.
    public let host: String
    public let port: UInt16
    let isIPv6: Bool

    /// Takes a numeric address only; nil for a name. Names go through `Resolver`.
    public init?(host: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if unsafe inet_pton(AF_INET, host, &v4) == 1 {
            isIPv6 = false
        } else if unsafe inet_pton(AF_INET6, host, &v6) == 1 {
            isIPv6 = true
        } else {
            return nil
        }
        self.host = host
        self.port = port
    }

    package var family: Int32 { isIPv6 ? AF_INET6 : AF_INET }

    /// Calls `body` with the kernel's form of the address.
    package func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            unsafe inet_pton(AF_INET6, host, &address.sin6_addr)
            return unsafe Self.withRebound(&address, body)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        unsafe inet_pton(AF_INET, host, &address.sin_addr)
        return unsafe Self.withRebound(&address, body)
    }

    /// Reads the kernel's form; nil for a family that is not IP.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isIPv6 = Int32(storage.ss_family) == AF_INET6
        guard isIPv6 || Int32(storage.ss_family) == AF_INET else { return nil }
        let port: UInt16 = unsafe withUnsafePointer(to: &storage) { pointer in
            let raw = unsafe UnsafeRawPointer(pointer)
            if isIPv6 {
                var address = unsafe raw.load(as: sockaddr_in6.self)
                unsafe inet_ntop(AF_INET6, &address.sin6_addr, &text, socklen_t(text.count))
                return UInt16(bigEndian: address.sin6_port)
            }
            var address = unsafe raw.load(as: sockaddr_in.self)
            unsafe inet_ntop(AF_INET, &address.sin_addr, &text, socklen_t(text.count))
            return UInt16(bigEndian: address.sin_port)
        }
        self.host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.port = port
        self.isIPv6 = isIPv6
    }

    private static func withRebound<T, R>(_ address: inout T, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe body(pointer, socklen_t(MemoryLayout<T>.size))
            }
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    public var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
