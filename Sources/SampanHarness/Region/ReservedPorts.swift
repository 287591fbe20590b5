internal import Glibc

/// Ports of loopback that the kernel has chosen, kept for the parts of a region: they must know each other's before they start, and find
/// them free again after a crash.
///
/// Each is held by a bound socket that never listens. The kernel then gives it to nobody as the near end of a connection, while a program
/// that sets SO_REUSEADDR, as our listeners do, may still listen on it (socket(7)).
final class ReservedPorts: Sendable {
    let ports: [UInt16]
    private let sockets: [Int32]

    /// Takes `count` different ones.
    init(_ count: Int) throws {
        var sockets: [Int32] = []
        var ports: [UInt16] = []
        do {
            for _ in 0..<count {
                // Not inherited: a child that listens must hold nothing of ours.
                let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
                guard socket >= 0 else { throw HarnessError("no socket is left") }
                sockets.append(socket)
                ports.append(try Self.bindToFreePort(socket))
            }
        } catch {
            for socket in sockets { close(socket) }
            throw error
        }
        (self.ports, self.sockets) = (ports, sockets)
    }

    deinit {
        for socket in sockets { close(socket) }
    }

    private static func bindToFreePort(_ socket: Int32) throws -> UInt16 {
        var one: Int32 = 1
        guard unsafe setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw HarnessError("SO_REUSEADDR is refused")
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        guard bound else { throw HarnessError("no port of loopback is free") }
        return UInt16(bigEndian: address.sin_port)
    }
}
