/// Who may read what, in plain words and by nothing of the gate: the table of Docs/Consent.md, line by line.
enum ConsentOracle {
    static func allows(_ consent: String, who: String, purpose: String, kind: String, grade: Int) -> Bool {
        if who == "patient" { return purpose == "patient-request" }
        if who == "stranger" { return false }
        guard roleReads(who, purpose, kind, grade) else { return false }
        switch consent {
        case "clinician": return purpose == "treatment"
        case "institution": return purpose == "treatment" && grade < 5
        case "otherPurpose": return purpose == "consultation"
        case "oneKind": return purpose == "treatment" && kind == "lab-report"
        case "lowCeiling": return purpose == "treatment" && grade <= 2
        case "emergency": return purpose == "emergency"
        case "ownDocument": return purpose != "emergency" && grade < 5
        default: return false
        }
    }

    private static func roleReads(_ role: String, _ purpose: String, _ kind: String, _ grade: Int) -> Bool {
        let isBill = kind == "fee-detail"
        switch "\(role) \(purpose)" {
        case "clinician treatment", "clinician consultation", "clinician referral": return !isBill
        case "clinician emergency": return !isBill && grade <= 4
        case "nurse treatment", "quality-officer quality-control": return !isBill && grade <= 3
        case "technician treatment", "technician consultation":
            return ["lab-report", "imaging-report", "ecg-report", "single-order"].contains(kind) && grade <= 3
        case "pharmacist treatment":
            return ["prescription", "medication-record", "standing-order", "single-order"].contains(kind) && grade <= 3
        case "cashier payment": return isBill && grade <= 3
        default: return false
        }
    }
}
