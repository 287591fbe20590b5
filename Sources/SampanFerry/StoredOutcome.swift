internal import SampanDomain
internal import SampanStorage

/// An outcome as the columns of a table: 0 none yet, 1 posted, 2 rejected, 3 expired.
struct StoredOutcome {
    let state: Int64
    let receipt: String?
    let reason: String?
    let message: String?

    init(state: Int64, receipt: String?, reason: String?, message: String?) {
        self.state = state
        self.receipt = receipt
        self.reason = reason
        self.message = message
    }

    init(_ outcome: RequestOutcome) {
        switch outcome {
        case .posted(let receipt): self.init(state: 1, receipt: receipt.text, reason: nil, message: nil)
        case .rejected(let reason): self.init(state: 2, receipt: nil, reason: reason.code, message: reason.message)
        case .expired(let reason): self.init(state: 3, receipt: nil, reason: reason.code, message: reason.message)
        }
    }

    /// nil while there is none. Throws for columns that this program never wrote.
    func outcome() throws -> RequestOutcome? {
        switch state {
        case 0: return nil
        case 1: return .posted(try ReceiptNumber(receipt ?? ""))
        case 2: return .rejected(try OutcomeReason(code: reason ?? "", message: message ?? ""))
        case 3: return .expired(try OutcomeReason(code: reason ?? "", message: message ?? ""))
        default: throw StorageError(kind: .corrupt, message: "\(state) is no state of an outcome")
        }
    }
}
