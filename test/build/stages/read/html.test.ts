import { expect, test } from 'vitest';
import { fileWith, folderWith, read } from './input-files.ts';

async function page(html: string) {
  return (await read(fileWith('page.html', html))).documents;
}

test('pages without headings are single documents with the names of the files', async () => {
  const folder = folderWith({
    'CACM-0002.html':
      '<html>\n<pre>\n\nA  Note on\nRounding\n\nCACM May, 1964\n\n981\t5\t981\n\n</pre>\n</html>\n',
    'CACM-0001.html': '<html><pre>x &lt; y</pre></html>',
  });
  const { documents } = await read(folder);
  expect(documents).toEqual([
    { id: 'CACM-0001', text: 'x < y', url: 'CACM-0001.html' },
    { id: 'CACM-0002', text: 'A Note on Rounding CACM May, 1964 981 5 981', url: 'CACM-0002.html' },
  ]);
});

test('a page is cut at its headings and shows what a reader sees', async () => {
  const documents = await page(`<!doctype html><title>The &amp; page</title><style>p{}</style>
    <nav><h2>Menu</h2></nav><p>Intro<br>here<script>var x</script>
    <h2 id="one">One <a class="headerlink" href="#one">¶</a></h2><ul><li>a<li>b</ul>
    <h3>C#</h3><table><tr><td>x</td><td>y</td></tr></table><img alt="A plot">`);
  expect(documents).toEqual([
    { id: 'page.html', title: 'The & page', pageTitle: 'The & page', text: 'Intro\nhere', url: 'page.html' },
    {
      id: 'page.html#one',
      title: 'The & page',
      pageTitle: 'The & page',
      text: 'One\na\nb',
      url: 'page.html#one',
      fields: { heading: 'One' },
    },
    {
      id: 'page.html#c',
      title: 'The & page',
      pageTitle: 'The & page',
      text: 'One › C#\nx y\nA plot',
      url: 'page.html',
      fields: { heading: 'One › C#' },
    },
  ]);
});

test('an anchor is the id of the heading, of something in it, or of the section that it begins, else none', async () => {
  const documents = await page(
    '<h2 id=a>1</h2>x<h2><a name=b></a>2</h2>x<section id=c><h2>3</h2>x</section><p id=d>text</p><h2>4</h2>x',
  );
  expect(documents.map(({ url }) => url)).toEqual(['page.html#a', 'page.html#b', 'page.html#c', 'page.html']);
});

test('two headings with the same anchor have different ids', async () => {
  const documents = await page('<h2 id=a>1</h2>x<h2 id=a>2</h2>y');
  expect(documents.map(({ id }) => id)).toEqual(['page.html#a', 'page.html#a-1']);
});

test('where there is a main part the rest of the page is left out', async () => {
  const documents = await page(
    '<header>Site</header><main><h1>Title</h1><p>Body</p></main><footer>(c) <img alt="logo"></footer>',
  );
  expect(documents).toMatchObject([{ id: 'page.html#title', title: 'Title', text: 'Body' }]);
});

test('a canonical link is the URL', async () => {
  const [document] = await page('<link rel=canonical href="https://example.org/p">x<h2>A</h2>y');
  expect(document.url).toBe('https://example.org/p');
});

test('broken markup is read as far as it goes', async () => {
  const [document] = await page('<p>a < b <b>c</i> &unknown; <h2>never closed');
  expect(document.text).toContain('a < b c &unknown;');
});

test('an empty page is an empty document', async () => {
  const { documents, report } = await read(fileWith('page.html', ''));
  expect(documents).toEqual([{ id: 'page', text: '', url: 'page.html' }]);
  expect(report.empty).toBe(1);
});
