/// The parameters of a request or a notification, each name once.
struct AlipayForm {
    /// Most parameters: a notification has some 30.
    static let limit = 64

    private(set) var pairs: [(name: String, value: String)] = []

    init() {}

    /// Reads `application/x-www-form-urlencoded`.
    init(_ body: [UInt8]) throws(ChannelFault) {
        let parts = body.split(separator: UInt8(ascii: "&"), maxSplits: Self.limit, omittingEmptySubsequences: false)
        guard parts.count <= Self.limit else { throw .malformed("form: too many parameters") }
        var names: Set<[UInt8]> = []
        for part in parts {
            guard let sign = part.firstIndex(of: UInt8(ascii: "=")), let name = Percent.decodeForm(part[..<sign]), !name.isEmpty,
                let value = Percent.decodeForm(part[(sign + 1)...])
            else { throw .malformed("form") }
            // By bytes: texts that Unicode holds for the same are two.
            guard names.insert(Array(name.utf8)).inserted else { throw .malformed("form: a name twice") }
            pairs.append((name, value))
        }
    }

    /// Adds a parameter to a request. Documented is that empty ones are neither sent nor signed.
    mutating func add(_ name: String, _ value: String) {
        if !value.isEmpty { pairs.append((name, value)) }
    }

    subscript(name: String) -> String? {
        pairs.first { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
    }

    /// A value that is there and not empty.
    func text(_ name: String, limit: Int = 256) throws(ChannelFault) -> String {
        guard let value = self[name], (1...limit).contains(value.utf8.count) else { throw .malformed(name) }
        return value
    }

    /// `a=1&b=2`, by name, as it is signed: decoded, and without the parameters named.
    func signed(without names: Set<String>) -> [UInt8] {
        let kept = pairs.filter { !names.contains($0.name) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return Array(kept.map { "\($0.name)=\($0.value)" }.joined(separator: "&").utf8)
    }

    /// As a query or a body.
    func encoded(_ isIncluded: (String) -> Bool) -> String {
        pairs.filter { isIncluded($0.name) }.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value))" }.joined(separator: "&")
    }
}
