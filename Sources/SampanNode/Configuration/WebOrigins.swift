/// `web` of a node's file: doors for browsers and plain HTTP clients (Connect, gRPC-Web) on the port of `listen`. Left out: gRPC only.
///
/// ```yaml
/// web: { origins: ["https://app.region.example"] }   # whose pages may call; [] for callers that are no browsers
/// ```
enum WebOrigins {
    /// 100: a region has a few apps.
    private static let maximumOrigins = 100

    /// The origins; nil where there are no doors.
    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> Set<String>? {
        guard mapping.has("web") else { return nil }
        let web = try mapping.mapping("web")
        let origins = try web.strings("origins")
        guard origins.count <= maximumOrigins else { throw web.invalid("origins", "has over \(maximumOrigins) entries") }
        for origin in origins where !isOrigin(origin) {
            throw web.invalid("origins", "holds what is no origin: https://, a name in small letters, and a port where it is not 443")
        }
        try web.finish()
        return Set(origins)
    }

    /// As browsers write it (RFC 6454 §6.2). No wildcard: whom one lets in, one names.
    private static func isOrigin(_ text: String) -> Bool {
        guard text.hasPrefix("https://"), text.utf8.count <= 300 else { return false }
        let rest = text.utf8.dropFirst(8)
        return !rest.isEmpty
            && rest.allSatisfy { byte in
                switch byte {
                case 48...57, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): true
                default: false
                }
            }
    }
}
