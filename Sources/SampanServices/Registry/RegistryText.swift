internal import SampanAPI
internal import SampanDomain

/// What texts, days and moments of the registry look like.
enum RegistryText {
    /// Throws for a text that is too long, is empty where it is needed, or has control characters, or blanks around it.
    static func check(_ text: String, field: String, bytes: ClosedRange<Int>) throws(DomainError) {
        let count = text.utf8.count
        guard bytes.contains(count) else {
            throw DomainError(
                field: field,
                message: count == 0 ? "is missing" : "has \(count) bytes; right would be \(bytes.lowerBound) to \(bytes.upperBound)")
        }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw DomainError(field: field, message: "has control characters")
        }
        guard text.first?.isWhitespace != true, text.last?.isWhitespace != true else {
            throw DomainError(field: field, message: "begins or ends with a blank")
        }
    }

    /// Printable ASCII without blanks, as codes and numbers are. Throws otherwise.
    static func checkCode(_ text: String, field: String, count: ClosedRange<Int> = 1...64) throws(DomainError) {
        guard count.contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw DomainError(
                field: field, message: "is not \(count.lowerBound) to \(count.upperBound) printable characters without blanks")
        }
    }

    /// The moment of a message, in whole seconds; nil where it is unset.
    static func second(_ time: GoogleProtobuf.Timestamp?, field: String) throws(DomainError) -> UnixTime? {
        guard let time else { return nil }
        guard let nanoseconds = time.nanosecondsSince1970 else { throw DomainError(field: field, message: "is no moment") }
        return UnixTime(nanoseconds: nanoseconds).wholeSecond
    }

    /// A moment as it is; nil where it is unset.
    static func moment(_ time: GoogleProtobuf.Timestamp?, field: String) throws(DomainError) -> UnixTime? {
        guard let time else { return nil }
        guard let nanoseconds = time.nanosecondsSince1970 else { throw DomainError(field: field, message: "is no moment") }
        return UnixTime(nanoseconds: nanoseconds)
    }

    /// A file's moment: a day (its midnight in China), or `2026-11-18 08:00:00` in China. Nil for an empty field.
    static func fileMoment(_ text: String, field: String) throws(DomainError) -> UnixTime? {
        guard !text.isEmpty else { return nil }
        if let day = BusinessDay(text), let midnight = try? UnixTime(chinaText: "\(day) 00:00:00") { return midnight }
        guard let time = try? UnixTime(chinaText: text) else {
            throw DomainError(field: field, message: "is neither a day as 2026-11-18 nor a time as 2026-11-18 08:00:00")
        }
        return time
    }

    /// Throws for licences that are more than `most`, have a number twice, or dates that are none.
    static func check(_ licences: [IdentityV1.Licence], field: String, most: Int) throws(DomainError) {
        guard licences.count <= most else { throw DomainError(field: field, message: "more than \(most)") }
        guard Set(licences.map(\.number)).count == licences.count else {
            throw DomainError(field: field, message: "a licence number stands twice")
        }
        for licence in licences {
            try checkCode(licence.number, field: field)
            try check(licence.kind, field: field, bytes: 0...64)
            var days: [BusinessDay] = []
            for text in [licence.validFrom, licence.validUntil] where !text.isEmpty {
                // One form only: what is kept can be compared as text.
                guard let day = BusinessDay(text), day.text == text else {
                    throw DomainError(field: field, message: "a day is written as 2026-11-18")
                }
                days.append(day)
            }
            guard days.count < 2 || days[0] <= days[1] else { throw DomainError(field: field, message: "a licence ends before it begins") }
        }
    }
}

extension UnixTime {
    /// The second that it is in.
    var wholeSecond: UnixTime { (try? UnixTime(seconds: seconds)) ?? self }
}

/// A licence in one field of a file: `number|kind|from|until`, and several with semicolons.
enum LicenceText {
    static func text(_ licences: [IdentityV1.Licence]) -> String {
        licences.map { [$0.number, $0.kind, $0.validFrom, $0.validUntil].joined(separator: "|") }.joined(separator: ";")
    }

    static func read(_ text: String, field: String) throws(DomainError) -> [IdentityV1.Licence] {
        guard !text.isEmpty else { return [] }
        var licences: [IdentityV1.Licence] = []
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
            let fields = part.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4 else { throw DomainError(field: field, message: "a licence is number|kind|from|until") }
            licences.append(IdentityV1.Licence(number: fields[0], kind: fields[1], validFrom: fields[2], validUntil: fields[3]))
        }
        return licences
    }
}
