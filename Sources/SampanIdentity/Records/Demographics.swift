/// What an institution says of a person, as its desk wrote it. Nothing is refused here: a record with a mistyped number is a record all the
/// same, and it is the matching that has to know what to make of it.
package struct Demographics: Sendable, Hashable {
    package var name: String
    /// GB/T 2261.1: 0, 1, 2, 9 or empty.
    package var sex: String
    /// As 19870924, or empty.
    package var birthDate: String
    /// CV02.01.101, or empty.
    package var idType: String
    package var idNumber: String
    package var phone: String
    package var address: String
    package var guardianName: String
    package var guardianNumber: String

    package init(
        name: String = "", sex: String = "", birthDate: String = "", idType: String = "", idNumber: String = "", phone: String = "",
        address: String = "", guardianName: String = "", guardianNumber: String = ""
    ) {
        self.name = name
        self.sex = sex
        self.birthDate = birthDate
        self.idType = idType
        self.idNumber = idNumber
        self.phone = phone
        self.address = address
        self.guardianName = guardianName
        self.guardianNumber = guardianNumber
    }

    /// In the order of the columns.
    var fields: [String] { [name, sex, birthDate, idType, idNumber, phone, address, guardianName, guardianNumber] }

    init?(fields: [String]) {
        guard fields.count == 9 else { return nil }
        self.init(
            name: fields[0], sex: fields[1], birthDate: fields[2], idType: fields[3], idNumber: fields[4], phone: fields[5],
            address: fields[6], guardianName: fields[7], guardianNumber: fields[8])
    }
}
