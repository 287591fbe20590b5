internal import SampanClinicalDocument

/// Through which each field of a document goes out, or stays and is counted.
struct ValueGate {
    /// Words of FHIR for how far a statement has got.
    private static let statuses: Set<String> = [
        "registered", "preliminary", "final", "amended", "corrected", "cancelled", "partial", "appended", "active", "on-hold", "completed",
        "stopped", "draft", "intended", "not-taken", "not-done", "preparation", "in-progress", "revoked", "planned", "arrived", "triaged",
        "onleave", "finished", "available", "current", "superseded", "health-unknown",
    ]
    /// Statements of which the day alone tells something.
    private static let codeless: Set<StatementKind> = [.encounter, .claim]
    private static let currencies: Set<String> = ["CNY", "HKD", "MOP", "TWD", "USD", "EUR"]

    let vocabulary: CodeVocabulary
    let days: ShiftedDay
    let identifiers: DirectIdentifiers
    var withheld = Withheld()

    init(vocabulary: CodeVocabulary, days: ShiftedDay, identifiers: DirectIdentifiers) {
        (self.vocabulary, self.days, self.identifiers) = (vocabulary, days, identifiers)
    }

    /// Nil when nothing is left of the statement. One that was entered in error says nothing.
    mutating func row(_ statement: ClinicalStatement, _ empty: ResearchRow) -> ResearchRow? {
        guard statement.status != "entered-in-error" else {
            withheld.add(.statement)
            return nil
        }
        var row = empty
        (row.system, row.code) = code(statement.code) ?? ("", "")
        guard !row.code.isEmpty || Self.codeless.contains(statement.kind) else {
            withheld.add(.statement)
            return nil
        }
        if let status = statement.status { row.status = Self.statuses.contains(status) ? status : "" }
        row.isNegated = statement.isNegated
        switch statement.timing {
        case .moment(let time): row.began = day(time)
        case .period(let start, let end): (row.began, row.ended) = (start.map { day($0) } ?? "", end.map { day($0) } ?? "")
        case nil: row.began = statement.issued.map { day($0) } ?? ""
        }
        row.value = statement.value.flatMap { value($0) } ?? statement.total.flatMap { money($0) }
        row.interpretation = vocabulary.interpretation(statement.interpretation) ?? ""
        if statement.text != nil { withheld.add(.text) }
        for _ in statement.attachments { withheld.add(.value) }
        return row
    }

    /// A part of a statement; nil when nothing is left of it.
    mutating func row(_ component: ClinicalStatement.Component, _ empty: ResearchRow) -> ResearchRow? {
        var row = empty
        guard let code = code(component.code) else {
            withheld.add(.statement)
            return nil
        }
        (row.system, row.code) = code
        row.value = component.value.flatMap { value($0) }
        row.interpretation = vocabulary.interpretation(component.interpretation) ?? ""
        return row
    }

    /// A line of a claim.
    mutating func row(_ item: ClinicalStatement.FeeItem, _ empty: ResearchRow) -> ResearchRow? {
        var row = empty
        guard let code = code(item.code) else {
            withheld.add(.statement)
            return nil
        }
        (row.system, row.code) = code
        row.value = item.net.flatMap { money($0) }
        return row
    }

    private mutating func code(_ concept: CodedConcept?) -> (system: String, code: String)? {
        guard let concept, !concept.isEmpty else { return nil }
        guard let admitted = vocabulary.admitted(concept) else {
            withheld.add(.code)
            return nil
        }
        return isClear(admitted.code) ? admitted : nil
    }

    private mutating func day(_ time: ClinicalTime) -> String {
        guard let text = days.text(time) else {
            withheld.add(.time)
            return ""
        }
        return text
    }

    private mutating func value(_ value: ClinicalValue) -> ResearchValue? {
        switch value {
        case .quantity(let quantity): return number(quantity).map { ResearchValue(type: .quantity, text: $0.text, unit: $0.unit) }
        case .concept(let concept): return code(concept).map { ResearchValue(type: .code, text: $0.code, unit: $0.system) }
        case .integer(let text): return digits(text).map { ResearchValue(type: .integer, text: $0) }
        case .boolean(let flag): return ResearchValue(type: .boolean, text: flag ? "1" : "0")
        case .time(let time):
            let day = day(time)
            return day.isEmpty ? nil : ResearchValue(type: .time, text: day)
        case .period(let start, let end):
            let (began, ended) = (start.map { day($0) } ?? "", end.map { day($0) } ?? "")
            return began.isEmpty && ended.isEmpty ? nil : ResearchValue(type: .period, text: began, upper: ended)
        case .range(let low, let high): return pair(.range, low, high)
        case .ratio(let numerator, let denominator):
            // Half of a ratio would be another number.
            guard let numerator, let denominator else { return nil }
            return pair(.ratio, numerator, denominator)
        case .text:
            withheld.add(.text)
            return nil
        case .opaque:
            withheld.add(.value)
            return nil
        }
    }

    /// Two numbers of one unit. One that is there and may not go out keeps the other back.
    private mutating func pair(_ type: ResearchValue.Kind, _ first: ClinicalQuantity?, _ second: ClinicalQuantity?) -> ResearchValue? {
        let (low, high) = (first.flatMap { number($0) }, second.flatMap { number($0) })
        guard (first == nil) == (low == nil), (second == nil) == (high == nil), low != nil || high != nil else { return nil }
        let units = Set([low?.unit, high?.unit].compactMap { $0 }.filter { !$0.isEmpty })
        guard units.count <= 1 else {
            withheld.add(.unit)
            return nil
        }
        return ResearchValue(type: type, text: low?.text ?? "", upper: high?.text ?? "", unit: units.first ?? "")
    }

    private mutating func number(_ quantity: ClinicalQuantity) -> (text: String, unit: String)? {
        guard let value = quantity.value, let text = digits(value) else { return nil }
        guard let unit = quantity.code ?? quantity.unit else { return ((comparator(quantity)) + text, "") }
        // A number without its unit would be another one.
        guard quantity.system == nil || quantity.system == CodeSystemName.ucum, UnitOfMeasure.isKnown(unit) else {
            withheld.add(.unit)
            return nil
        }
        return isClear(unit) ? (comparator(quantity) + text, unit) : nil
    }

    private func comparator(_ quantity: ClinicalQuantity) -> String {
        guard let comparator = quantity.comparator, ["<", "<=", ">", ">="].contains(comparator) else { return "" }
        return comparator
    }

    private mutating func money(_ money: ClinicalStatement.Money) -> ResearchValue? {
        guard let text = digits(money.value) else { return nil }
        guard let currency = money.currency, Self.currencies.contains(currency) else {
            withheld.add(.unit)
            return nil
        }
        return ResearchValue(type: .money, text: text, unit: currency)
    }

    /// A decimal number as it was written, when it is as short as a measurement and is no number of the person's.
    private mutating func digits(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
        let count = text.utf8.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, ClinicalQuantity.isDecimal(text), (1...Deidentifier.mostDigits).contains(count) else {
            withheld.add(.number)
            return nil
        }
        return isClear(text) ? text : nil
    }

    private mutating func isClear(_ text: String) -> Bool {
        guard identifiers.touch(text) else { return true }
        withheld.add(.identifier)
        return false
    }
}
