/// What was found.
package enum ClinicalValue: Sendable, Hashable {
    case quantity(ClinicalQuantity)
    case concept(CodedConcept)
    case text(String)
    /// A whole number, as it was written.
    case integer(String)
    case boolean(Bool)
    case time(ClinicalTime)
    case period(start: ClinicalTime?, end: ClinicalTime?)
    case range(low: ClinicalQuantity?, high: ClinicalQuantity?)
    case ratio(numerator: ClinicalQuantity?, denominator: ClinicalQuantity?)
    /// Another of FHIR's types, by its name and as its JSON: `SampledData` of an electrocardiogram.
    case opaque(type: String, json: [UInt8])
}

/// When something was, or from when to when.
package enum ClinicalTiming: Sendable, Hashable {
    case moment(ClinicalTime)
    case period(start: ClinicalTime?, end: ClinicalTime?)
}
