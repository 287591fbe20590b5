/// Fields as bytes, each led by its length: no two lists of fields have the same bytes. What is sealed, and what seals are bound to.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    /// - Parameter form: what the fields are, with its version; the first field.
    init(_ form: String) { add(form) }

    mutating func add(_ field: [UInt8]) {
        // A field is at most some KiB (titles, reasons): callers bound theirs far below 4 GiB.
        add(digits: UInt64(field.count), count: 4)
        bytes += field
    }

    mutating func add(_ field: String) { add(Array(field.utf8)) }

    mutating func add(_ number: Int64) {
        add(digits: 8, count: 4)
        add(digits: UInt64(bitPattern: number), count: 8)
    }

    /// Nil is told from empty.
    mutating func add(_ field: String?) {
        add(field == nil ? 0 : 1)
        add(field ?? "")
    }

    private mutating func add(digits number: UInt64, count: Int) {
        for place in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(place)))) }
    }
}
