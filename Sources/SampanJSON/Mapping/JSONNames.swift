/// Names from outside that stand in errors.
enum JSONNames {
    /// A field's or type's name as an error may tell it; nil for what looks like anything else, which may be a value in the wrong place.
    static func shown(_ name: [UInt8]) -> String? {
        guard name.count <= 100 else { return nil }
        for part in name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard FileReader.isIdentifier(part) else { return nil }
        }
        return String(decoding: name, as: UTF8.self)
    }
}
