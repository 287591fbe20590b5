/// Where a name is served (issue 5 gives the names their meaning).
package struct EpochRoute: Sendable, Hashable {
    /// 1 to 128 printable ASCII characters.
    package let name: String
    /// `host:port`, best first, 1 to 16 of at most 255 bytes.
    package let endpoints: [String]

    package init(name: String, endpoints: [String]) throws(EpochError) {
        try EpochError.check(count: name.utf8.count, in: EpochLimits.routeNameBytes, "routes.name")
        guard name.utf8.allSatisfy(Self.isPrintable) else { throw EpochError(.badValue, "routes.name", "not printable ASCII") }
        try EpochError.check(count: endpoints.count, in: EpochLimits.endpoints, "routes.endpoints")
        for endpoint in endpoints {
            try EpochError.check(count: endpoint.utf8.count, in: EpochLimits.endpointBytes, "routes.endpoints")
            guard endpoint.utf8.allSatisfy(Self.isPrintable) else { throw EpochError(.badValue, "routes.endpoints", "not printable ASCII") }
        }
        self.name = name
        self.endpoints = endpoints
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }
}
