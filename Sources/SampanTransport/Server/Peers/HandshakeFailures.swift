internal import CLinux
internal import Glibc
package import SampanCrypto
internal import Synchronization

/// What became of the TLS handshakes of a server: how many by label, and the last failures of each address, for the admin. Safe from any
/// task.
///
/// Bounded: 64 failures of each of 256 addresses, some 700 bytes each. One more address pushes the one out that has been quiet for
/// longest, so that a flood from one address costs the others nothing, and a flood from many one place for each. Of IPv6 an address
/// stands for its /64, which is what one customer has.
package final class HandshakeFailures: Sendable {
    /// One failure.
    package struct Entry: Sendable, Hashable {
        /// Unix time in nanoseconds.
        package let time: Int64
        /// Of the peer, with its port.
        package let address: String
        package let failure: FailedHandshake
    }

    /// The last of one address.
    private struct Log {
        /// A ring once it is full.
        private var entries: [Entry] = []
        private var oldest = 0
        /// When the last came, by the count of all.
        private(set) var last = 0

        mutating func append(_ entry: Entry, _ number: Int) {
            last = number
            guard entries.count == HandshakeFailures.maximumPerAddress else {
                entries.append(entry)
                return
            }
            entries[oldest] = entry
            oldest = (oldest + 1) % entries.count
        }

        var inOrder: [Entry] { Array(entries[oldest...] + entries[..<oldest]) }
    }

    private struct State {
        var counts: [HandshakeResult: Int] = [:]
        var logs: [String: Log] = [:]
        var noted = 0
    }

    private let state = Mutex(State())

    /// Failures that are kept of an address.
    package static let maximumPerAddress = 64
    /// Addresses whose failures are kept.
    package static let maximumAddresses = 256

    init() {}

    /// Connections by what became of their TLS since the server began: `success` for each handshake that succeeded, and the label of each
    /// failure, also of one that came after the handshake.
    package var counts: [HandshakeResult: Int] { state.withLock { $0.counts } }

    /// Addresses that failures are kept of, the one that failed last first; an IPv6 one as `2001:db8:1:2::/64`.
    package var addresses: [String] {
        state.withLock { state in state.logs.sorted { $0.value.last > $1.value.last }.map(\.key) }
    }

    /// The last failures of a numeric address without a port, the oldest first.
    package func entries(of address: String) -> [Entry] {
        state.withLock { $0.logs[Self.key(address)]?.inOrder } ?? []
    }

    func noteSuccess() {
        state.withLock { $0.counts[.success, default: 0] += 1 }
    }

    /// - Parameters:
    ///   - host: the peer's address without its port.
    ///   - address: the same with its port.
    func note(_ failure: FailedHandshake, host: String, address: String) {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let entry = Entry(time: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec), address: address, failure: failure)
        let key = Self.key(host)
        state.withLock { state in
            state.counts[failure.explanation.result, default: 0] += 1
            state.noted += 1
            if state.logs[key] == nil, state.logs.count >= Self.maximumAddresses,
                let quietest = state.logs.min(by: { $0.value.last < $1.value.last })
            {
                state.logs[quietest.key] = nil
            }
            state.logs[key, default: Log()].append(entry, state.noted)
        }
    }

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    /// What counts as one address.
    private static func key(_ host: String) -> String {
        var address = in6_addr()
        guard unsafe inet_pton(AF_INET6, host, &address) == 1 else { return host }
        let bytes = unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
        // A peer that came by IPv4 to a socket for both (RFC 4291 §2.5.5.2).
        if bytes.starts(with: mapped) { return bytes.suffix(4).map { "\($0)" }.joined(separator: ".") }
        let network = Array(bytes.prefix(8))
        var start = in6_addr()
        unsafe withUnsafeMutableBytes(of: &start) { unsafe $0.copyBytes(from: network) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        unsafe inet_ntop(AF_INET6, &start, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/64"
    }
}
