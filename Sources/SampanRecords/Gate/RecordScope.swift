package import SampanDomain

/// Which documents: kinds, times of what they tell of, and how sensitive at most. The least that serves (最小够用).
package struct RecordScope: Sendable, Hashable {
    /// Not empty.
    package let kinds: Set<DocumentKind>
    package let from: UnixTime
    /// Included.
    package let until: UnixTime
    /// 1 to 5: documents of a higher grade are not in it.
    package let gradeCeiling: Int

    /// Throws for no kind at all, a time that ends before it begins, and a grade that is none.
    package init(kinds: Set<DocumentKind>, from: UnixTime, until: UnixTime, gradeCeiling: Int) throws(DomainError) {
        guard !kinds.isEmpty else { throw DomainError(field: "kinds", message: "name at least one kind of document") }
        guard from <= until else { throw DomainError(field: "until", message: "lies before from") }
        guard (1...5).contains(gradeCeiling) else { throw DomainError(field: "grade_ceiling", message: "must be 1 to 5") }
        self.kinds = kinds
        self.from = from
        self.until = until
        self.gradeCeiling = gradeCeiling
    }

    private init(unchecked kinds: Set<DocumentKind>, _ from: UnixTime, _ until: UnixTime, _ gradeCeiling: Int) {
        (self.kinds, self.from, self.until, self.gradeCeiling) = (kinds, from, until, gradeCeiling)
    }

    /// What is in both; nil when nothing is.
    func intersection(_ other: RecordScope) -> RecordScope? {
        let kinds = kinds.intersection(other.kinds)
        let (from, until) = (max(from, other.from), min(until, other.until))
        guard !kinds.isEmpty, from <= until else { return nil }
        return RecordScope(unchecked: kinds, from, until, min(gradeCeiling, other.gradeCeiling))
    }

    /// All that the kinds and the ceiling allow, of any time.
    static func allTimes(_ kinds: Set<DocumentKind>, gradeCeiling: Int) -> RecordScope {
        RecordScope(unchecked: kinds, UnixTime(nanoseconds: .min), UnixTime(nanoseconds: .max), gradeCeiling)
    }

    func holds(kind: DocumentKind, occurredAt: UnixTime, grade: Int) -> Bool {
        kinds.contains(kind) && from <= occurredAt && occurredAt <= until && grade <= gradeCeiling
    }
}

extension RecordScope {
    func write(_ fields: inout FieldWriter) {
        fields.add(kinds.map(\.rawValue).sorted().joined(separator: " "))
        fields.add(from.nanoseconds)
        fields.add(until.nanoseconds)
        fields.add(Int64(gradeCeiling))
    }

    init(_ fields: inout FieldReader, part: String) throws(RecordsError) {
        let names = try fields.text()
        let (from, until, ceiling) = (try fields.number(), try fields.number(), try fields.number())
        var kinds: Set<DocumentKind> = []
        for name in names.split(separator: " ") {
            kinds.insert(try RecordsError.stored(part) { () throws(DomainError) in try DocumentKind(name: String(name)) })
        }
        let (read, low, high) = (kinds, UnixTime(nanoseconds: from), UnixTime(nanoseconds: until))
        self = try RecordsError.stored(part) { () throws(DomainError) in
            try RecordScope(kinds: read, from: low, until: high, gradeCeiling: Int(clamping: ceiling))
        }
    }
}
