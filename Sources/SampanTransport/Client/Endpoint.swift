/// Where a service can be reached: a name or a numeric address, and a port.
public struct Endpoint: Sendable, Hashable {
    /// Without brackets.
    public let host: String
    public let port: UInt16
    /// The node that is reached there, where several endpoints may lead to the same one: then they are lines to it, best first, of which
    /// one carries the calls and the others stand by. Nil for an endpoint by itself.
    package var node: String?
    /// Calls at once that the node is willing to serve; 0: not said (`CapacityShares`).
    package var capacity: UInt32 = 0

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    public init(_ address: HostAndPort) {
        self.init(host: address.host, port: address.port)
    }

    /// What `:authority` says: an IPv6 address stands in brackets (RFC 3986 §3.2.2).
    var authority: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Endpoint: CustomStringConvertible {
    public var description: String { authority }
}

/// One address that stands behind an endpoint.
struct EndpointAddress: Hashable {
    let address: SocketAddress
    /// Of the endpoint that the address was found for.
    let authority: String
    let node: String?
    let capacity: UInt32

    init(_ address: SocketAddress, of endpoint: Endpoint) {
        self.address = address
        (authority, node, capacity) = (endpoint.authority, endpoint.node, endpoint.capacity)
    }
}
