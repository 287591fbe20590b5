/// Why a file was not found good.
enum VerifyError: Error {
    /// It can be read, and what it claims does not hold: exit code 1.
    case broken(String)
    /// It is no such file, or damaged: exit code 2.
    case unreadable(String)
}

/// Throws `broken` where it does not hold.
func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws(VerifyError) {
    if !holds { throw .broken(otherwise()) }
}
