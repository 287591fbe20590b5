/// A measured amount. The number is kept as it was written: 172.0 is not 172.
package struct ClinicalQuantity: Sendable, Hashable {
    /// A number of RFC 8259 §6, which is what FHIR's decimal is.
    package let value: String?
    /// `<`, `<=`, `>=`, `>`.
    package var comparator: String?
    package var unit: String?
    /// Of the unit's code, as a URI.
    package var system: String?
    package var code: String?

    /// Throws when `value` is no decimal number.
    package init(
        value: String?, comparator: String? = nil, unit: String? = nil, system: String? = nil, code: String? = nil
    ) throws(DocumentError) {
        if let value { guard Self.isDecimal(value) else { throw DocumentError(.badNumber) } }
        (self.value, self.comparator, self.unit, self.system, self.code) = (value, comparator, unit, system, code)
    }

    package var isEmpty: Bool { value == nil && comparator == nil && unit == nil && code == nil }

    /// At most 40 characters: nothing that is measured takes more.
    package static func isDecimal(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        guard bytes.count <= 40 else { return false }
        func digits() -> Int {
            let count = bytes.prefix { (48...57).contains($0) }.count
            bytes = bytes.dropFirst(count)
            return count
        }
        if bytes.first == UInt8(ascii: "-") { bytes = bytes.dropFirst() }
        if bytes.first == UInt8(ascii: "0") { bytes = bytes.dropFirst() } else if digits() == 0 { return false }
        if bytes.first == UInt8(ascii: ".") {
            bytes = bytes.dropFirst()
            if digits() == 0 { return false }
        }
        if bytes.first == UInt8(ascii: "e") || bytes.first == UInt8(ascii: "E") {
            bytes = bytes.dropFirst()
            if bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-") { bytes = bytes.dropFirst() }
            if digits() == 0 { return false }
        }
        return bytes.isEmpty
    }
}
