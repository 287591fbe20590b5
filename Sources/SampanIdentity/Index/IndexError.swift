package import SampanStorage

/// Why the patient index did not do what it was asked. Nothing was written. No message names a person.
package enum IndexError: StorageFailure, Equatable {
    /// The institution used this request id before for another body.
    case requestIDReused
    case unknownPerson
    /// The institution has no record under this local id.
    case unknownRecord
    case unknownReview
    case unknownEvent
    /// A person cannot be merged with itself, or with one that is merged already.
    case samePerson
    /// What is to be undone was undone before, or something that stands on it was not.
    case notReversible
    /// The review was decided.
    case reviewClosed
    /// Who proposed a decision cannot confirm it: two people look at a pair.
    case sameReviewer
    /// Nobody is their own guardian, nor the guardian of their guardian.
    case guardianCircle
    case invalid(field: String, String)
    /// A sealed row cannot be opened: the key is another, or the file was changed.
    case sealed
    case storage(StorageError)
}
