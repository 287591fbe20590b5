internal import CLinux
internal import Glibc

/// Turns a host name into addresses, off the loops: getaddrinfo blocks.
enum Resolver {
    /// All addresses of a host, in the system's order of preference. A numeric host is its own address.
    static func resolve(host: String, port: UInt16) async throws(SocketError) -> [SocketAddress] {
        if let address = SocketAddress(host: host, port: port) { return [address] }
        let result: Result<[SocketAddress], SocketError> = await withCheckedContinuation { continuation in
            do throws(SocketError) {
                try LoopThread.start(name: "sampan-resolver") { continuation.resume(returning: lookUp(host, port)) }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    private static func lookUp(_ host: String, _ port: UInt16) -> Result<[SocketAddress], SocketError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else {
            return .failure(SocketError(call: "getaddrinfo \(host)", number: ENOENT))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = unsafe list
        while let current = unsafe entry {
            var storage = sockaddr_storage()
            unsafe memcpy(&storage, current.pointee.ai_addr, Int(current.pointee.ai_addrlen))
            if let found = SocketAddress(storage), let address = SocketAddress(host: found.host, port: port) {
                addresses.append(address)
            }
            unsafe entry = current.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(SocketError(call: "getaddrinfo \(host)", number: ENOENT)) : .success(addresses)
    }
}
