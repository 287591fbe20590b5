package import SampanDomain

/// A person as an institution registers them.
package struct Registration: Sendable, Hashable {
    /// The institution's code, as its certificate has it.
    package let institution: String
    /// The institution's own number of the person: 1 to 64 bytes.
    package let localID: String
    package let demographics: Demographics
    /// Unique in the institution: the same id with the same body is the same request.
    package let requestID: String

    package init(institution: String, localID: String, demographics: Demographics, requestID: String) {
        self.institution = institution
        self.localID = localID
        self.demographics = demographics
        self.requestID = requestID
    }

    /// Bytes of the longest text that is taken.
    package static let textMax = 400

    /// Throws for what cannot be kept.
    func check() throws(IndexError) {
        guard (1...64).contains(localID.utf8.count) else { throw .invalid(field: "local_id", "has 1 to 64 bytes") }
        guard (1...64).contains(requestID.utf8.count) else { throw .invalid(field: "request_id", "has 1 to 64 bytes") }
        guard demographics.fields.allSatisfy({ $0.utf8.count <= Self.textMax }) else {
            throw .invalid(field: "demographics", "a text has more than \(Self.textMax) bytes")
        }
    }
}

/// What registering came to.
package struct RegistrationOutcome: Sendable, Hashable {
    package enum Answer: UInt8, Sendable {
        /// Nobody in the index is this person.
        case created
        /// The record was linked to a person.
        case linked
        /// A new person, and people are asked whether it is one of the index.
        case review
        /// The institution had registered the local id before; what it says of the person was renewed.
        case updated
    }

    package let person: EnterpriseID
    package let answer: Answer
    /// Enterprise ids that this record showed to be the same person; each is kept and leads to `person`.
    package let merged: [EnterpriseID]
    /// Reviews that were opened.
    package let reviews: Int
    /// log2 of the odds of the link in hundredths; 0 without one.
    package let hundredths: Int64
    /// What each field said.
    package let weights: [FieldWeight]

    /// For the replay of a request.
    var packed: [UInt8] {
        let head = [String(person.number), String(answer.rawValue), String(reviews), String(hundredths)]
        let text =
            head.joined(separator: ",") + ";" + merged.map { String($0.number) }.joined(separator: ",") + ";" + FieldWeight.text(weights)
        return Array(text.utf8)
    }

    init?(packed: [UInt8]) {
        let parts = String(decoding: packed, as: UTF8.self).split(separator: ";", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let head = parts[0].split(separator: ",")
        guard head.count == 4, let number = Int64(head[0]), let person = try? EnterpriseID(number), let code = UInt8(head[1]),
            let answer = Answer(rawValue: code), let reviews = Int(head[2]), let hundredths = Int64(head[3])
        else { return nil }
        self.init(
            person: person, answer: answer,
            merged: parts[1].split(separator: ",").compactMap { Int64($0).flatMap { try? EnterpriseID($0) } },
            reviews: reviews, hundredths: hundredths, weights: FieldWeight.read(String(parts[2])))
    }

    init(person: EnterpriseID, answer: Answer, merged: [EnterpriseID], reviews: Int, hundredths: Int64, weights: [FieldWeight]) {
        self.person = person
        self.answer = answer
        self.merged = merged
        self.reviews = reviews
        self.hundredths = hundredths
        self.weights = weights
    }
}

extension FieldWeight {
    /// `name:same:1170 number:missing:0`: levels and weights only, nothing of the person.
    static func text(_ weights: [FieldWeight]) -> String {
        weights.map { "\($0.field):\($0.level):\($0.hundredths)" }.joined(separator: " ")
    }

    static func read(_ text: String) -> [FieldWeight] {
        text.split(separator: " ").compactMap { part in
            let fields = part.split(separator: ":")
            guard fields.count == 3, let hundredths = Int64(fields[2]) else { return nil }
            return FieldWeight(field: String(fields[0]), level: String(fields[1]), hundredths: hundredths)
        }
    }

    static func list(_ comparison: Comparison, _ weights: [Double]) -> [FieldWeight] {
        zip(comparison.names, weights).map { FieldWeight(field: $0.field, level: $0.level, hundredths: Int64(($1 * 100).rounded())) }
    }
}
