/// Finds whom a record is about without reading the rest of it: field 1 of field 12 of `AuditRecord`, the last of each where there are
/// several. The log is scanned by this at 20,000 entries a second and more.
enum AuditPersonScan {
    /// Nil for a record about nobody, or bytes that are no message.
    static func person(in record: [UInt8]) -> [UInt8]? {
        guard let access = field(12, of: record[...]), let person = field(1, of: access), person.count == AuditPseudonym.byteCount
        else { return nil }
        return Array(person)
    }

    /// The last field of this number that is bytes; nil for none, and for bytes that are no message.
    private static func field(_ number: UInt64, of message: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var (rest, found) = (message, ArraySlice<UInt8>?.none)
        while !rest.isEmpty {
            guard let tag = varint(&rest) else { return nil }
            switch tag & 7 {
            case 0: guard varint(&rest) != nil else { return nil }
            case 1: guard rest.count >= 8 else { return nil }; rest = rest.dropFirst(8)
            case 5: guard rest.count >= 4 else { return nil }; rest = rest.dropFirst(4)
            case 2:
                guard let count = varint(&rest), count <= UInt64(rest.count) else { return nil }
                let bytes = rest.prefix(Int(count))
                if tag >> 3 == number { found = bytes }
                rest = rest.dropFirst(Int(count))
            default: return nil
            }
        }
        return found
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
