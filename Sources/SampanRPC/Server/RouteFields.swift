/// What the head of a call says of its way through the mesh (Docs/Mesh.md); none of it is metadata for handlers.
package struct RouteFields: Sendable {
    private final class Storage: Sendable {
        let target: String?
        let via: [String]
        let caller: String?

        init(_ target: String?, _ via: [String], _ caller: String?) { (self.target, self.via, self.caller) = (target, via, caller) }
    }

    /// One reference: the head of every call has room for it, and is copied as a whole.
    private var storage: Storage

    /// `sampan-to`: whom the call is for, as its caller names it.
    package var target: String? { storage.target }
    /// `sampan-via`: the nodes that have forwarded it, in order.
    package var via: [String] { storage.via }
    /// `sampan-caller-bin`, as it came: who made the call, said and signed by the first node that saw it.
    package var caller: String? { storage.caller }

    /// Nodes that one call may pass. 4: county, city, province, and one to spare.
    package static let maximumHops = 4
    /// Bytes of a field, at most: a certificate and a signature, in base64, are below 2,000.
    static let longestField = 4_096

    package init(target: String? = nil, via: [String] = [], caller: String? = nil) {
        storage = Storage(target, via, caller)
    }

    /// Takes one field; false for one that is there already, empty, too long or not printable ASCII, and for a way that is too long.
    mutating func take(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
        guard (1...Self.longestField).contains(value.count), value.isVisibleASCII else { return false }
        switch name.count {
        case 9:
            guard target == nil else { return false }
            storage = Storage(value.text, via, caller)
        case 10:
            guard via.isEmpty else { return false }
            storage = Storage(target, value.text.split(separator: ",", omittingEmptySubsequences: false).map(String.init), caller)
            return via.count <= Self.maximumHops
        default:
            guard caller == nil else { return false }
            storage = Storage(target, via, value.text)
        }
        return true
    }
}

extension Span<UInt8> {
    /// Whether every byte is a visible character of ASCII.
    fileprivate var isVisibleASCII: Bool {
        for index in 0..<count where !(0x21...0x7E).contains(self[index]) { return false }
        return true
    }
}
