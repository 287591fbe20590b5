package import SampanDomain

extension ClinicalTime {
    /// HL7's form, which says exactly what this is: the other way round it gives the same.
    package var hl7Text: String {
        var text = Self.padded(year, 4)
        for part in [month, day, hour, minute, second] { text += part.map { Self.padded($0, 2) } ?? "" }
        if let fraction { text += ".\(fraction)" }
        if let offset { text += Self.offset(offset, separator: "") }
        return text
    }

    /// FHIR's dateTime. A clock needs its seconds and its offset there: without seconds they are zero, without an offset the day alone
    /// is written. See `isExactInFHIR`.
    package var fhirText: String {
        var text = Self.padded(year, 4)
        if let month { text += "-\(Self.padded(month, 2))" }
        if let day { text += "-\(Self.padded(day, 2))" }
        guard let hour, let offset else { return text }
        text += "T\(Self.padded(hour, 2)):\(Self.padded(minute ?? 0, 2)):\(Self.padded(second ?? 0, 2))"
        if let fraction { text += ".\(fraction)" }
        return text + (offset == 0 ? "Z" : Self.offset(offset, separator: ":"))
    }

    /// FHIR's date.
    package var fhirDate: String { String(fhirText.prefix { $0 != "T" }) }

    /// Whether `fhirText` says exactly what this is.
    package var isExactInFHIR: Bool { hour == nil || second != nil && offset != nil }

    /// The moment, where it is one: to the second, with an offset.
    package var moment: UnixTime? {
        guard let month, let day, let hour, let minute, let second, let offset else { return nil }
        // Days since 1970-01-01 of the proleptic Gregorian calendar, years beginning with March.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60
        return try? UnixTime(seconds: Int64(seconds))
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func offset(_ minutes: Int, separator: String) -> String {
        "\(minutes < 0 ? "-" : "+")\(padded(abs(minutes) / 60, 2))\(separator)\(padded(abs(minutes) % 60, 2))"
    }
}
