/// What a document of a patient's record is (RE-11: the kinds that are to be shared). The raw value is the word of contracts, filters and
/// consents; it is published and never changes.
package enum DocumentKind: String, Sendable, Hashable, CaseIterable {
    /// 门诊基本诊疗信息: a visit, its complaint and diagnoses.
    case outpatientEncounter = "outpatient-encounter"
    /// 住院基本诊疗信息: a stay.
    case inpatientEncounter = "inpatient-encounter"
    /// 出院小结.
    case dischargeSummary = "discharge-summary"
    /// 检验报告.
    case labReport = "lab-report"
    /// 检查报告: imaging and other examinations.
    case imagingReport = "imaging-report"
    /// 心电报告.
    case electrocardiogramReport = "ecg-report"
    /// 长期医嘱.
    case standingOrder = "standing-order"
    /// 临时医嘱.
    case singleOrder = "single-order"
    /// 处方.
    case prescription = "prescription"
    /// 用药记录: what was given.
    case medicationRecord = "medication-record"
    /// 费用明细.
    case feeDetail = "fee-detail"
    /// 预防接种.
    case immunization = "immunization"
    /// 会诊意见: the opinion of a remote consultation.
    case consultationReport = "consultation-report"
    /// 健康档案: a summary over time, such as a CCD.
    case healthSummary = "health-summary"

    /// Throws for a word that is not one of the contract's.
    package init(name: String) throws(DomainError) {
        guard let kind = Self(rawValue: name) else {
            throw DomainError(
                field: "kind",
                message: "unknown kind of document; right would be one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = kind
    }
}
