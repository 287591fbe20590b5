/// Why something is not open to who asked. The raw value is the stable reason of errors and notes.
package enum ResearchRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// The catalogue has no such dataset (RE-22).
    case unlisted = "DATASET_UNLISTED"
    /// The dataset has none of some kind that was asked for.
    case outsideDataset = "OUTSIDE_DATASET"
    /// It is closed, and no opening lets it out (RE-23, RE-26).
    case closed = "DATASET_CLOSED"
    /// It is open with an agreement only, and none was named, or one that nobody knows.
    case agreementNeeded = "AGREEMENT_NEEDED"
    /// The agreement is another requester's, or another project's.
    case otherAgreement = "OTHER_AGREEMENT"
    /// The agreement has not begun, is over, or was ended.
    case agreementNotInForce = "AGREEMENT_NOT_IN_FORCE"
    /// The agreement does not reach as far (RE-25).
    case outsideAgreement = "OUTSIDE_AGREEMENT"
    /// The project has ended, and its key with it.
    case projectEnded = "PROJECT_ENDED"
    /// What it rested on changed while documents were read: nothing was given; ask again.
    case changedMeanwhile = "CHANGED_MEANWHILE"
}
