import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isKnownCode, languageCode, languageName } from '../../../../build/stages/read/language/codes.ts';
import { detectLanguage, isInScript } from '../../../../build/stages/read/language/detect-language.ts';
import { parseHtml } from '../../../../build/stages/read/pages/html.ts';
import { parseMarkdown } from '../../../../build/stages/read/pages/markdown.ts';
import { documentsOf, type Page } from '../../../../build/stages/read/pages/sections/chunk.ts';

/** Two sentences in each language. */
const PROSE: Readonly<Record<string, string>> = {
  ar: 'يمكنك تغيير إعدادات الطابعة من القائمة. بعد ذلك أعد تشغيل الحاسوب.',
  da: 'Printeren sluttes til computeren med et kabel, og derefter vælger man indstillinger for papir og farver i menuen.',
  de: 'Der Drucker wird mit einem Kabel an den Rechner angeschlossen, und danach wählt man die Einstellungen für Papier.',
  el: 'Ο εκτυπωτής συνδέεται με καλώδιο.',
  en: 'The printer is attached to the computer by a cable, and then the settings for paper and colours are chosen.',
  es: 'La impresora se conecta al ordenador con un cable, y después se eligen los ajustes de papel y color en el menú.',
  fi: 'Tulostin liitetään tietokoneeseen kaapelilla, ja sen jälkeen valitaan paperin ja värien asetukset valikosta.',
  fr: "L'imprimante est reliée à l'ordinateur par un câble, puis on choisit les réglages du papier et des couleurs.",
  he: 'המדפסת מחוברת למחשב בכבל, ואחר כך בוחרים את ההגדרות.',
  hu: 'A nyomtatót kábellel csatlakoztatjuk a számítógéphez, majd kiválasztjuk a papír és a színek beállításait.',
  it: 'La stampante si collega al computer con un cavo, e poi si scelgono le impostazioni della carta nel menu.',
  ja: 'プリンターの設定を変更します。',
  ko: '프린터 설정을 변경합니다.',
  nl: 'De printer wordt met een kabel op de computer aangesloten, en daarna kiest men de instellingen voor papier.',
  pl: 'Drukarkę podłącza się do komputera kablem, a następnie wybiera się ustawienia papieru i kolorów w menu.',
  pt: 'A impressora é ligada ao computador por um cabo, e depois escolhem-se as definições de papel e cor no menu.',
  ru: 'Принтер подключается к компьютеру кабелем, затем в меню выбирают настройки бумаги.',
  sv: 'Skrivaren ansluts med en kabel till datorn, och sedan väljer man inställningar för papper och färger i menyn.',
  th: 'เปลี่ยนการตั้งค่าเครื่องพิมพ์',
  tr: 'Yazıcı bilgisayara bir kabloyla bağlanır, ardından menüden kâğıt ve renk ayarları seçilir.',
  zh: '打印机设置可以更改。',
};

test.each(Object.entries(PROSE))('a text in %s shows its language', async (code, text) => {
  expect(await detectLanguage(text)).toBe(code);
});

test.each([
  '',
  'Netzwerk',
  'IBM 709 Tape Matrix Compiler',
  'ROOTFINDER II (Algorithm 15)',
  'apt-get install --no-install-recommends libgtk-3-0 libnotify4 libnss3 libxss1 libxtst6 xdg-utils',
  'const sommeTotale = await fetchAll(url, { retries: 3, backoff: 200 }); // $HOME/.config/app.toml',
  '0123456789 '.repeat(30),
  'Lorem ipsum',
])('what shows no language has none: %j', async (text) => {
  expect(await detectLanguage(text)).toBeUndefined();
});

test('names and commands in an English text do not hide it, nor do quotations', async () => {
  const quoting =
    'The word "Geschwindigkeitsbegrenzung" is what the German text says, and it was found in the index.';
  expect(await detectLanguage(quoting)).toBe('en');
  expect(await detectLanguage(`Kubernetes Elasticsearch PostgreSQL. ${PROSE.en}`)).toBe('en');
});

test('what stands in Japanese or Chinese without spaces is not taken for code with its numbers', async () => {
  expect(await detectLanguage('Debian12では/etc/fstabを編集します。')).toBe('ja');
  expect(await detectLanguage('在Debian12中编辑/etc/fstab文件。')).toBe('zh');
});

test('any text has a language or none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
      expect((await detectLanguage(text)) ?? 'und').toMatch(/^[a-z]{2,3}$/);
    }),
  );
});

test('an English template does not make English of another script, and is believed otherwise', async () => {
  expect(await isInScript(PROSE.ja!, 'en')).toBe(false);
  expect(await isInScript(PROSE.ru!, 'de')).toBe(false);
  expect(await isInScript(PROSE.de!, 'en')).toBe(true);
  expect(await isInScript(PROSE.sv!, 'ja')).toBe(true);
  expect(await isInScript('', 'ja')).toBe(true);
});

test.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['zh_Hans', 'zh'],
  [' pt-BR ', 'pt'],
  ['nb', 'no'],
  ['nn-NO', 'no'],
  ['und', undefined],
  ['', undefined],
  ['deutsch bitte', undefined],
  [undefined, undefined],
])('the language of the tag %j is %j', (tag, code) => {
  expect(languageCode(tag)).toBe(code);
});

test('codes of programming languages are no languages of documents', () => {
  expect(['go', 'js', 'sql', 'php', 'css', 'rs', 'german'].filter(isKnownCode)).toEqual([]);
  expect(['de', 'ja', 'en', 'cs'].filter((code) => !isKnownCode(code))).toEqual([]);
});

test('a language has a name', () => {
  expect(['de', 'no', 'und', 'qqq'].map(languageName)).toEqual([
    'German',
    'Norwegian',
    'another language',
    'qqq',
  ]);
});

describe('a page says its language', () => {
  const languageOf = (page: ReturnType<typeof parseHtml>) =>
    documentsOf('page.html', page as Page, 'page.html')[0]!.language;

  test.each([
    ['<html lang="de-CH"><p>Text', 'de'],
    ['<html xml:lang="sv"><p>Text', 'sv'],
    ['<html lang="en"><body lang="fr"><p>Text', 'fr'],
    ['<meta http-equiv="Content-Language" content="nl, en"><p>Text', 'nl'],
    ['<html lang=""><p>Text', undefined],
    ['<html lang="x y z"><p>Text', undefined],
    ['<p lang="de">Text', undefined],
  ])('in HTML: %s', (html, code) => {
    expect(languageOf(parseHtml(html))).toBe(code);
  });

  test('in front matter, which is a field, too', () => {
    const [document] = documentsOf('a.md', parseMarkdown('---\nlang: fi\n---\nTeksti') as Page, 'a');
    expect(document!.fields).toEqual({ lang: 'fi' });
  });
});
