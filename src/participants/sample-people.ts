// The fictitious participants of the sample directory. Area code 99 does not exist, nor do these numbers.

export interface SamplePerson {
  participantId: string;
  name: string;
  nik: string;
  /** 13 digits as text: the leading zeros matter */
  cardNumber: string;
  /** YYYY-MM-DD as registered; Agus's differs from his NIK, and that is legitimate */
  birthDate: string;
  email: string | null;
  mobileNumber: string | null;
  segment: string;
  membershipStatus: string;
  /** null: not set */
  pin: string | null;
  lockedFromTheStart: boolean;
}

export const samplePeople: readonly SamplePerson[] = [
  {
    participantId: 'P-0011',
    name: 'Siti Aminah',
    nik: '9901014506850001',
    cardNumber: '0009900000011',
    birthDate: '1985-06-05',
    email: 'siti.aminah@example.com',
    mobileNumber: '+6281200000011',
    segment: 'PBPU',
    membershipStatus: 'active',
    pin: '135790',
    lockedFromTheStart: false,
  },
  {
    participantId: 'P-0022',
    name: 'Budi Santoso',
    nik: '9901011708790002',
    cardNumber: '0009900000022',
    birthDate: '1979-08-17',
    email: null,
    mobileNumber: '+6281200000022',
    segment: 'PPU',
    membershipStatus: 'active',
    pin: '246801',
    lockedFromTheStart: false,
  },
  {
    participantId: 'P-0033',
    name: 'Dewi Lestari',
    nik: '9901017112920003',
    cardNumber: '0009900000033',
    birthDate: '1992-12-31',
    email: 'dewi.lestari@example.com',
    mobileNumber: '+6281200000033',
    segment: 'PBI',
    membershipStatus: 'active',
    pin: null,
    lockedFromTheStart: false,
  },
  {
    participantId: 'P-0044',
    name: 'Agus Wijaya',
    nik: '9901010101600004',
    cardNumber: '0009900000044',
    birthDate: '1960-01-11',
    email: 'agus.wijaya@example.com',
    mobileNumber: null,
    segment: 'BP',
    membershipStatus: 'inactive (premium)',
    pin: '112358',
    lockedFromTheStart: false,
  },
  {
    participantId: 'P-0055',
    name: 'Rina Marlina',
    nik: '9901016802990005',
    cardNumber: '0009900000055',
    birthDate: '1999-02-28',
    email: 'rina.marlina@example.com',
    mobileNumber: '+6281200000055',
    segment: 'PBPU',
    membershipStatus: 'active',
    pin: '161803',
    lockedFromTheStart: true,
  },
];
