// The words people use here, by what they stand for; spelling variants are data, the rules are elsewhere.
import { fold, isWithinOneEdit, squeeze } from './spelling.ts';

// One spelling stands under one concept. `_` joins the words of a fixed phrase.
const SPELLINGS = {
  // the words that always work
  menu: 'menu mnu main_menu menu_utama menu_awal dari_awal ke_awal mulai start_over halaman_utama home mulai_lagi',
  cancel:
    'batal batalkan btl batalin dibatalkan dibatalin membatalkan pembatalan cancel stop berhenti udahan gajadi gakjadi gkjadi nggajadi nggakjadi ngga_jadi tdkjadi urung urungkan wurung teu_jadi ora_sido rasido',
  back: 'kembali kmbali kembalikan balik blk back mundur go_back sebelumnya langkah_sebelumnya previous mbalik',
  again:
    'start unstop ulang ulangi ulangin diulang diulangi ngulang mengulang resend again repeat kirim_ulang kirim_lagi krm_ulang krm_lagi sekali_lagi coba_lagi send_again kirimkan_lagi kirimkan_ulang kirimin_lagi',
  help: 'tolongin bantuan bantu bantuin bantuannya dibantu help gimana gmn gmana gimna gimane bagaimana bgmn bgaimana piye pripun kumaha kepriye caranya cara how panduan petunjuk bingung binggung confused info informasi infonya',
  agent:
    'someone somebody ptugas petugas admin adminnya mimin atmin cs csr operator agen agent orang manusia 165 1500400 human person representative customer_service call_center call_centre care_center care_centre contact_center hallo_bpjs customer_care live_chat pegawai staf staff',
  language: 'bahasa bhs language',
  indonesian: 'indonesia indonesian indo',
  english: 'english inggris inggeris eng englis ingris',
  // said to a person; alone they call for one
  address:
    'min ndan komandan bos boss juragan kang mang uni daeng bli cak ning gus pakde bude nak kak kakak ka pak bapak bpk bu ibu bun bund bunda mas mba mbak bang bro sis gan om tante sir madam maam mister miss teh teteh aa abang sist say dok',
  // yes and no
  yes: 'yak yuhu ya y yah yap yep yup yups iya iy iyh iyo iyes ye yes yess yeah yea yoi yoa yok inggih nggih njih enggih enjeh injih muhun enya leres sumuhun siap siyap benar bener bnr bnar betul btul sip sipp siip setuju stuju lanjut lanjutkan lanjutin lnjut gas gass sudah_benar sudah_betul sesuai cocok pas tepat correct right true confirm agree baik baiklah bolehlah boleh silakan silahkan monggo mangga sae hooh ho_oh heeh he_eh yoo iyaa dongg hayu proceed continue that_is_correct thats_right absolutely sure mantap mantab mantul gaskeun alright olrait allright aight exactly perfect ngih nggeh enggeh inggeh betulll iye iyeu iya_lah tul betool acc oyi yo',
  ok: 'ok oke okay okey okeh okei okk oks okie okelah oce oc k',
  not: 'tidak tdk tdak tidk gak ga gk nggak ngga engga enggak enggk ngk gag gx g kaga kagak kgk kga tak ndak nda ndk ora mboten boten henteu teu gamau nggk gax kurang tida tdka kada indak indaq dak not never dont didnt doesnt cant cannot isnt wasnt havent hasnt wont',
  none: 'nothing gada gaada gakada nggaada tiada nihil gaono',
  cannot: 'gabisa gakbisa gkbisa gbisa nggabisa tdkbisa ngga_bisa',
  isNot: 'bukan bkn bukn dudu dede sanes lain nah bukannya',
  notYet: 'belum blm blom belom blum durung yet dereng acan teu_acan belumm lum not_yet',
  dont: 'gausah gakusah gkusah ngga_usah ga_usah gak_usah gk_usah nggak_usah tidak_usah tdk_usah tak_usah ndak_usah rasah ora_usah teu_kedah ga_perlu gak_perlu tidak_perlu tdk_perlu no_need jangan jgn jngn jgan ojo ulah tunda stop_dulu',
  wrong:
    'salah slah slh keliru kliru klepat lepat incorrect wrong typo kesalahan disalahkan invalid kelebihan kekurangan ketuker tertukar kebalik terbalik kebanyakan kelewat',
  but: 'tapi tp tpi tetapi namun cuma melainkan but except kecuali cuman',
  if: 'kalau kalo klo klau jika if bila apabila misal misalnya',
  // contact data
  email:
    'email emai emil imel imail emel imeil emaill mail gmail gmil e_mail surel surat_elektronik yahoo ymail email_address alamat_email hotmail emailku',
  phone:
    'hp handphone hape hanphone henpon hempon handpon hendpon hnadphone hp2 telepon telpon telp tlp tlpn tlfn telfon telefon tilpun telephone phone ponsel wa whatsapp whatsap watsap watsapp wasap wassap whatsup whastapp simcard sim_card kartu_sim nohp nomorhp nomerhp nohape nomerwa nomorwa nowa notelp notelpon notelepon seluler selular mobile cell cellphone mobile_number handphon kartu_telkomsel nomor_kontak no_kontak provider',
  // "nomor HP" in slang, a no in English
  nope: 'nope',
  number: 'nomor nomer nmr nmor nomr no nmer angka number num nomoor',
  new: 'baru bru anyar new terbaru',
  old: 'lama lma lawas old dulu dlu lamaku heubeul',
  change:
    'ganti gnti gantiin gantikan mengganti diganti digantikan gnt ubah mengubah merubah rubah dirubah diubah ngubah ngerubah rubahkan perubahan perbarui memperbarui perbaharui memperbaharui pembaruan pembaharuan update updet apdet mengupdate diupdate diperbarui diperbaharui penggantian change changed changing modify edit edited betulkan benarkan perbaiki memperbaiki diperbaiki dibenarkan benerin betulin benahi koreksi tukar nuker gantos genti ngganti ngganti ngganti gentos keganti berubah terubah terganti pindahkan revisi reset switch switching',
  // identity
  nik: 'nik niknya ktp kk no_induk nomor_induk kependudukan e_ktp ektp kartu_keluarga',
  card: 'kartu kartunya krtu noka kis bpjs jkn card nokartu nobpjs no_peserta nomor_peserta bpjsku kartu_bpjs kartu_jkn kartu_kis',
  born: 'lahir tgl_lahir tanggal_lahir ttl lhr kelahiran born birth birthdate birthday date_of_birth tanggal_lahirnya tgllahir',
  name: 'nama namanya nma name',
  address2: 'alamat almt domisili tempat_tinggal rumah jenis_kelamin kelamin status_nikah agama',
  // code, PIN, password
  code: 'kode kod kde kodenya otp otk otpnya verifikasi verivikasi verif verikasi vertifikasi ferivikasi veripikasi verifikasinya code codes verification passcode',
  sms: 'sms smsnya pesan notif notifikasi message inbox spam',
  pin: 'pin pinnya pinku',
  password: 'password pasword paswort passwd pass pw pswd sandi kata_sandi katasandi kata_kunci kata_sandinya',
  // what happens to things
  arrive:
    'masuk msk masok masup terima trima diterima nerima menerima dapat dapet dpt dpat kedapetan ono onten aya sampai sampe nyampe nyampai datang dateng muncul nongol tiba dikirim terkirim kekirim dikirimkan received receive arrive arrived arriving come came coming get got getting teka mlebet dugi asup ada keluar mlebu nerimo',
  send: 'kirim krm kirimkan kirimin ngirim mengirim kirimlah send sent kirimnya',
  request:
    'asked ask asking minta mnta mintak meminta request mengajukan ajukan ngajuin diajukan ajuin pesen diminta merequest',
  where: 'mana where kemana dimana endi ndi pundi manaa',
  forget: 'lupa lpa lp kelupaan lali kesupen hilap forgot forget forgotten lupaa lupakan kelalen poho',
  know: 'yakin tahu tau ingat inget inget2 know remember eling ngerti paham mengerti ngeh hafal hapal faham mudeng understand hapalan ketahui',
  dead: 'hangus angus mati hilang ilang ngilang kehilangan rusak diblokir terblokir keblokir dicuri kecurian kecopetan dicopet dead lost stolen expired kadaluarsa kadaluwarsa kedaluwarsa kadaluarsanya broken nonaktif non_aktif dinonaktifkan inactive terbakar pecah tenggelam hancur dibajak kehack dihack terhapus dibuang blokir musnah kebuang hack hacked diretas retas dibobol kebobolan raib jebol hanyut terkunci kekunci dikunci locked lenyap ketinggalan tewas',
  active:
    'aktif aktf active aktifkan diaktifkan mengaktifkan hidup keaktifan pengaktifan reaktivasi aktivasi valid berlaku',
  use: 'pakai pake dipakai dipake make memakai guna gunakan digunakan menggunakan use used using nganggo diangge kepake terpakai',
  access: 'akses diakses buka dibuka bukak access open login masukin mengakses log_in kebuka',
  own: 'punya pny memiliki punyak have gaduh gadah duwe miliki mempunyai',
  set: 'buat bikin dibuat membuat set setel setting atur disetel daftarkan mengatur pasang create created',
  can: 'bisa bs bsa could can iso tiasa dapatkah mampu biso',
  ever: 'pernah prnh ever pernahh',
  feel: 'merasa ngerasa ngrasa rasa melakukan ngelakuin lakukan berniat merasakan',
  done: 'sudah udah udh sdh dah sudh uda wis wes sampun atos geus parantos done already telah',
  become: 'jadi jd jadinya menjadi mnjadi jdi',
  to: 'ke to kepada lewat via melalui',
  from: 'dari dri from semula tadinya awalnya sebelum',
  when: 'kapan kpn kapankah when iraha brp_lama berapa_lama',
  what: 'apa apakah apaan what which nopo opo naon is did has',
  who: 'siapa sapa saha sinten who',
  state:
    'status statusnya setatus progres progress perkembangan kelanjutan tindak_lanjut prosesnya sampai_mana sampe_mana',
  success:
    'berhasil brhasil sukses success selesai slesai tersimpan kesimpan tersave diproses proses rampung beres kelar',
  data: 'data datanya dataku profil profile my_data biodata',
  check: 'cek check lihat liat tampilkan tunjukkan ngecek mengecek dicek show see view intip kroscek ceki',
  credit: 'pulsa kuota sinyal signal jaringan paketan credit',
  slow: 'telat lambat lemot lelet terlambat late slow delay pending lamban',
  // places for other wishes
  bill: 'tagihan iuran tunggakan nunggak menunggak premi denda bayar pembayaran membayar dibayar bayaran autodebet autodebit cicilan cicil rehab bill payment invoice pay kolektif hutang utang saldo biaya',
  facility:
    'faskes fktp puskesmas klinik clinic rujukan rumah_sakit rs rsud dokter dr_keluarga poli puskes pindah_faskes bidan faskesnya fasilitas_kesehatan ugd igd',
  registration:
    'daftar mendaftar pendaftaran daftarkan ndaftar register registrasi registration registering signup sign_up daftarin mendaftarkan didaftarkan tambah_anggota tambah_peserta peserta_baru anggota_baru',
  member: 'peserta kepesertaan anggota member keanggotaan membership kepesertaannya pesertanya',
  print: 'cetak print dicetak mencetak unduh download ngeprint nyetak cetakan fisik digital ngunduh mendownload',
  app: 'aplikasi apk app apps mjkn playstore mobile_jkn aplikasinya',
  trouble: 'error eror erorr gangguan loading macet force_close gagal server captcha',
  service:
    'klaim claim obat operasi rawat_inap rawat kelas turun_kelas naik_kelas antrean antrian keluhan pengaduan lowongan loker komplain complain lapor melapor laporan kacamata kaca_mata melahirkan persalinan cuci_darah vaksin skrining pensiun bansos pkh segmen',
  move: 'pindah pndah mutasi',
  // small talk
  greeting:
    'met slamat selmat oi oy woi woy hoi uy wilujeng enjing dalu sonten halo hallo hlo helo hello hai hay hi hy hei hey hallow alo assalamualaikum asalamualaikum asalamualaikm assalamualaikm askum salam salamualaikum samlikum mikum ass aslm asw pagi siang sore malam met_pagi selamat selamat_pagi selamat_siang selamat_sore selamat_malam slmt permisi punten kulonuwun kulo_nuwun sampurasun p ping tes test testing tess morning afternoon evening good_morning good_afternoon good_evening good_day spada misi pg mlm sugeng shalom om_swastiastu bot horas tabik wr wb warahmatullahi wabarakatuh warohmatullahi wabarokatuh',
  thanks:
    'makasih mksh makasi mksih makasii terimakasih terima_kasih trima_kasih trimakasih trmksh trims trm_ksh tengkyu thanks thank thankyou thank_you thx thank_u thanks_a_lot thks tks tq ty tengkiu suwun matur_suwun maturnuwun matur_nuwun nuwun nuhun hatur_nuhun terimakasi terima_kasi syukron tararengkyu jazakallah arigato',
  rude: 'anjing anjir anjrit anjg anj bangsat bgst goblok gblk goblog tolol tolil bego bodoh kampret tai taik tahi_kucing brengsek sialan setan babi asu jancok jancuk cok dancok kontol memek ngentot keparat bajingan laknat idiot stupid fuck fucking shit damn bullshit dungu biadab kurang_ajar monyet pantek kimak bacot bangke pukimak celeng crap asshole',
  exasperated:
    'awas macam_apa viral viralin viralkan polisi ombudsman ombudsmen ylki pengacara somasi gugat tuntut dituntut muter_muter muter2 mbulet berbelit berbelit_belit dipingpong dipimpong pingpong dilempar ga_becus lelah menyebalkan nyebelin mengecewakan parah payah ribet ruwet rumit emosi kesal kesel jengkel sebel kecewa sampah capek cape muak becus berguna buruk jelek mempersulit dipersulit nyusahin menyusahkan busuk ngaco ngawur gaje pusing bosan marah geram gedek konyol penipu useless ridiculous annoying terrible frustrated frustrating hopeless worst awful rubbish amburadul bobrok abal_abal nggilani mbulet mbelgedes',
  // choices
  one: '1 satu pertama siji hiji first one kesatu',
  two: '2 dua kedua loro second two',
  three: '3 tiga ketiga telu tilu third three',
  both: 'dua2nya dua2 dua_duanya keduanya semua semuanya both kabeh sadayana',
  option: 'pilih pilihan opsi option choice pilihannya milih point poin',
  and: 'dan sama serta and dn plus n atau or maupun',
  // words that change nothing
  me: 'saya sy sya aku ak gua gw gue gwe kula kulo abdi urang me i my mine kami ane inyong awak aing im',
  this: 'iku itu ini tu tuh nih itulah inilah begitu gitu gini begini it that this iki niku situ sana sini kesini kesana eta ieu its thats',
  light:
    'here there sing maneh tulung com wae bae toh mah teh atuh euy je u dong donk dng deh de lah sih si kok koq kah ko aja ajah saja doang nya yg yang tolong tlg mohon mhn please pls plis plz maaf maap sorry hehe haha wkwk wkwkwk hehehe hihi banget bgt pisan tenan temenan amat sekali skli untuk utk di pada pd dengan dgn dg sm need perlu butuh you harus skrg sekarang now cepat cepet segera lagi lg juga jg jga terus trus oh eh ah em hmm hm um duh aduh waduh lho loh la masih msh ternyata oalah ooh o coba cb yuk ayo let lets the a an of for in on with be am are was do does so then langsung kan beneran tadi barusan banyak atas very much many maksud harusnya seharusnya maksudku kemarin hari hri besok soalnya karena krn sebab biar supaya agar',
  want: 'mau mo pengen pingin ingin hendak arep want would like wanna kepengen pngen pgn mauu',
  wait: 'tunggu nanti ntar bentar sebentar bntr nunggu menunggu nungguin ditunggu tungguin wait waiting ngantosan ngenteni',
  typing: 'ketik ngetik ketikan tulis nulis input menginput ketiknya typed tulisan',
  talk: 'bicara bcr ngomong omong ngobrol chat hubungi menghubungi dihubungi sambungkan hubungkan disambungkan dihubungkan panggil panggilkan call talk speak contact bertemu ketemu tanya bertanya nanya curhat konsultasi telfonin telponin sambung',
  // common words within one slip of a word above
  other:
    'rek rekening norek atm bulan ampun bilang bali pulang lagian orang_tua orang_lain bantal batas batang tindak besar benda malah makan susah siapkan beda balok kodok masak musik karton sandal saudara akun account uang ulan mending kembar kali tanggal tgl tahun thn bln lokasi kantor mobil hujan kapal tamu kamu anda bukti belanja menit jam detik orangtua langkah sabar sadar silang aktor datar pindai kelak minat penuh jatuh cerita berita dekat sekat teras',
} as const;

export type Concept = keyof typeof SPELLINGS;

const byWord = new Map<string, Concept>();
const byPhrase = new Map<string, Concept>();
const phraseStarts = new Set<string>();
const bySqueezed = new Map<string, Concept>();
const longByBeginning = new Map<string, { word: string; concept: Concept }[]>();

for (const [concept, words] of Object.entries(SPELLINGS) as [Concept, string][]) {
  for (const spelling of words.split(' ')) {
    if (spelling.includes('_')) {
      byPhrase.set(spelling.replaceAll('_', ' ').trim(), concept);
      phraseStarts.add(spelling.slice(0, spelling.indexOf('_')));
      continue;
    }
    if (byWord.has(spelling)) continue;
    byWord.set(spelling, concept);
    if (!bySqueezed.has(squeeze(spelling))) bySqueezed.set(squeeze(spelling), concept);
    if (spelling.length >= 5) {
      const beginning = spelling.slice(0, 1);
      const list = longByBeginning.get(beginning) ?? [];
      list.push({ word: spelling, concept });
      longByBeginning.set(beginning, list);
    }
  }
}

// Indonesian, and the Javanese and Sundanese "its".
const SUFFIX = /(?:nya|ny|ku|mu|lah|kah|pun|keun|kan|in|(?<=\p{L}{3})(?:ne|na|e))$/u;
// "di-" and "nge-" before a word of ours: "disambungin", "ngecek"
const PREFIX = /^(?:di|nge)(?=\p{L}{5})/u;
const MOVING: readonly Concept[] = ['menu', 'cancel', 'back', 'again'];
const REFUSING: readonly Concept[] = ['not', 'isNot', 'notYet', 'wrong', 'dont'];

/** What a word stands for as it is listed here, letter by letter. */
export const listedConcept = (word: string): Concept | null => byWord.get(word.toLowerCase()) ?? null;

/**
 * What a word stands for, with suffixes and stretched letters.
 * @param slips  one slip is forgiven in words of five letters or more
 */
export function conceptOf(raw: string, slips: boolean): Concept | null {
  const typed = byWord.get(raw.toLowerCase());
  if (typed !== undefined) return typed;
  const word = fold(raw);
  const exact = exactConcept(word);
  if (exact !== null) return exact;
  if (!slips || word.length > 24 || /\d/.test(word)) return null;
  return slippedConcept(word);
}

// In a word of four letters only neighbours that changed places are forgiven, and only in what moves: "mneu".
function swappedConcept(word: string): Concept | null {
  for (const at of [1, 2]) {
    const swapped = word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
    const concept = byWord.get(swapped);
    if (concept !== undefined && MOVING.includes(concept)) return concept;
  }
  return null;
}

/** What a fixed phrase of two or three words stands for. */
export function conceptOfPhrase(words: readonly string[]): Concept | null {
  return byPhrase.get(words.map(fold).join(' ')) ?? null;
}

export function startsPhrase(raw: string): boolean {
  return phraseStarts.has(fold(raw));
}

function exactConcept(word: string): Concept | null {
  const known = byWord.get(word);
  if (known !== undefined) return known;
  for (const whole of [word, word.replace(PREFIX, '')]) {
    for (const stem of [whole, whole.replace(SUFFIX, '')]) {
      const ofStem = stem === word || stem.length < 2 ? undefined : byWord.get(stem);
      if (ofStem !== undefined) return ofStem;
    }
  }
  return /(.)\1/u.test(word) ? (bySqueezed.get(squeeze(word)) ?? null) : null;
}

function slippedConcept(word: string): Concept | null {
  if (word.length < 4) return null;
  const swapped = word.length === 4 ? swappedConcept(word) : null;
  if (swapped !== null) return swapped;
  const near = new Set<Concept>();
  // The first letter is the right one, or it is missing, doubled or swapped with the second.
  for (const beginning of new Set(word.slice(0, 2))) {
    for (const candidate of longByBeginning.get(beginning) ?? []) {
      if (isWithinOneEdit(candidate.word, word)) near.add(candidate.concept);
    }
  }
  // A slip never turns a yes into a no: what is near both is neither.
  if (near.has('yes') && REFUSING.some((concept) => near.has(concept))) return null;
  const [first] = near;
  return first ?? null;
}
